"""Firms: size classes."""

from shishu.firms.sizes import SizeClasses, size_class, size_level

__all__ = ["SizeClasses", "size_class", "size_level"]
