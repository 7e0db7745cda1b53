"""The size of the digital economy computed otherwise: loops, quadrature, explicit inverses, full enumeration.

Written from the methods memo (1 to 3 and 10.1) as plainly as the formulas stand there, before the package was read.
"""

import itertools
import math

import numpy as np
from scipy.integrate import quad

# Methods memo 1.4, table: mean life, standard deviation (variance 0.25), beta, geometric rate.
ASSETS = {
    "hardware": (4.0, 0.5, 0.8, 0.3119),
    "software": (5.0, 0.5, 0.8, 0.315),
    "telecom": (7.5, 0.5, 0.8, 0.2644),
}


def density(z):
    """Density of the standard normal distribution."""
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def hyperbolic(age, life, beta):
    """(T - x) / (T - beta x) while in service, then nothing."""
    return (life - age) / (life - beta * age) if age < life else 0.0


def survival(age, mean, sd):
    """1 - Phi((x - mu) / sigma)."""
    return 0.5 * math.erfc((age - mean) / (sd * math.sqrt(2)))


def annex_efficiency(age, mean, sd, beta):
    """Ageing with the one life 1.5 mu, times survival."""
    return hyperbolic(age, 1.5 * mean, beta) * survival(age, mean, sd)


def cohort_by_quadrature(age, mean, sd, beta):
    """Efficiency at an age, averaged over a normal retirement age within four deviations of its mean."""
    low, high = max(mean - 4 * sd, 0.0), mean + 4 * sd
    mass = quad(lambda life: density((life - mean) / sd), low, high)[0]
    if age >= high:
        return 0.0
    return quad(lambda life: density((life - mean) / sd) * hyperbolic(age, life, beta), max(low, age), high)[0] / mass


def stock(investment, efficiency):
    """K_t as the sum of all earlier investment, each at the efficiency of its age."""
    return [
        sum(investment[year - age] * w for age, w in enumerate(efficiency) if age <= year)
        for year in range(len(investment))
    ]


def value_of_rest(efficiency, age, rate):
    """Present value of the services an asset has left."""
    return sum(w / (1 + rate) ** (later + 1) for later, w in enumerate(efficiency[age:]))


def age_price(efficiency, rate):
    """Price of a used asset over that of a new one."""
    new = value_of_rest(efficiency, 0, rate)
    return [value_of_rest(efficiency, age, rate) / new for age in range(len(efficiency))]


def user_cost(price_before, price, rate, depreciation):
    """Hall and Jorgenson: what one pays who buys at last year's price and sells what is left at this year's."""
    return price_before * (1 + rate) - price * (1 - depreciation)


def endogenous_rate(surplus, prices_before, prices, depreciation, stocks):
    """Rate of return by bisection: user costs times stocks exhaust the operating surplus."""
    low, high = -5.0, 50.0
    for _ in range(200):
        middle = (low + high) / 2
        paid = sum(
            user_cost(b, p, middle, d) * k
            for b, p, d, k in zip(prices_before, prices, depreciation, stocks, strict=True)
        )
        low, high = (middle, high) if paid < surplus else (low, middle)
    return (low + high) / 2


def growth_accounts(output, inputs, costs):
    """Contributions and residual of one industry, period by period.

    ``output`` is a list of volumes, ``inputs`` and ``costs`` map a factor to its volumes and to its compensation.
    """
    periods = range(1, len(output))
    total = [sum(costs[name][t] for name in costs) for t in range(len(output))]
    contributions = {
        name: [
            0.5
            * (costs[name][t] / total[t] + costs[name][t - 1] / total[t - 1])
            * math.log(volumes[t] / volumes[t - 1])
            for t in periods
        ]
        for name, volumes in inputs.items()
    }
    growth = [math.log(output[t] / output[t - 1]) for t in periods]
    residual = [g - sum(c[i] for c in contributions.values()) for i, g in enumerate(growth)]
    return growth, contributions, residual


def digital_gdp(flows, final, digital):
    """Forward, backward and counted twice, by the explicit inverse and two loops; all domestic."""
    n = len(final)
    output = flows.sum(axis=1) + final
    inverse = np.linalg.inv(np.eye(n) - flows / output)
    ratio = [(output[j] - flows[:, j].sum()) / output[j] for j in range(n)]
    forward = backward = twice = 0.0
    for i, j in itertools.product(range(n), range(n)):
        induced = ratio[i] * inverse[i, j] * final[j]
        forward += digital[i] * induced
        backward += induced * digital[j]
        twice += digital[i] * induced * digital[j]
    return forward, backward, twice


def satellite(totals, parts):
    """Sum over industries of the total times structure coefficient times digital part of each sub-industry."""
    value = 0.0
    for industry, coefficient, adjustment in parts:
        value += totals[industry] * coefficient * adjustment
    return value


def beta_below(point, mean, concentration):
    """Probability that a Beta share of this mean and concentration lies below a point."""
    a, b = concentration * mean, concentration * (1 - mean)

    def mass(left, right):
        """Of one half, whose end keeps the density's singularity, which the quadrature carries as a weight."""
        if left == 0:
            return quad(lambda t: (1 - t) ** (b - 1), 0, right, weight="alg", wvar=(a - 1, 0))[0]
        return quad(lambda t: t ** (a - 1), left, right, weight="alg", wvar=(0, b - 1))[0]

    whole = math.exp(math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b))
    return mass(0, point) / whole if point <= 0.5 else 1 - mass(point, 1) / whole


def beta_quantile(level, mean, concentration):
    """Point below which a Beta share lies with a given probability, by bisection."""
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if beta_below(middle, mean, concentration) < level else (low, middle)
    return (low + high) / 2


def beta_concentration(level=0.05, point=0.1):
    """Concentration at which a share of mean one half lies below 0.1 with 5 percent, by bisection."""
    low, high = 0.5, 20.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if beta_below(point, 0.5, middle) > level else (low, middle)
    return (low + high) / 2


def smoothed(values, alpha=0.5):
    """Simple exponential smoothing, seeded with the first observation."""
    level, path = values[0], []
    for value in values:
        level = alpha * value + (1 - alpha) * level
        path.append(level)
    return path


def between_benchmarks(first, last, indicator, *, log=False):
    """Investment from one benchmark to the next by growth of demand and a conversion coefficient, then rescaled."""
    n = len(indicator) - 1
    gamma = (last / first) ** (1 / n) - (indicator[-1] / indicator[0]) ** (1 / n)
    path = [first]
    for before, after in itertools.pairwise(indicator):
        growth = math.log(after / before) if log else after / before - 1
        path.append(path[-1] * (1 + growth + gamma))
    missing = last / path[-1]
    return [value * missing ** (t / n) for t, value in enumerate(path)]


def income_method(account):
    """Digital value added of one respondent: digital wages and depreciation, and their share of taxes and surplus."""
    attributed = (account["wages_digital"] + account["depreciation_digital"]) / (
        account["wages"] + account["depreciation"]
    )
    return (
        account["wages_digital"]
        + account["depreciation_digital"]
        + attributed * (account["taxes"] + account["surplus"])
    )


def ratio_total(y, x, population):
    """Sample total of y, carried to the population by the ratio of the auxiliary totals."""
    return population * sum(y) / sum(x)


def ratio_variance(y, x, size):
    """N^2 (1 - f) / n times the mean square about the line through the origin, N firms in all."""
    n, ratio = len(y), sum(y) / sum(x)
    square = sum((a - ratio * b) ** 2 for a, b in zip(y, x, strict=True)) / (n - 1)
    return size**2 * (1 - n / size) / n * square


def all_samples(y, x, n):
    """Every sample of n of the population, as lists of y and x."""
    for chosen in itertools.combinations(range(len(y)), n):
        yield [y[i] for i in chosen], [x[i] for i in chosen]


def level_by_income(share, value_added):
    """L1: income share of ICT capital times value added."""
    return [b * v for b, v in zip(share, value_added, strict=True)]


def level_by_cumulation(share, contribution, value_added, price):
    """L2: last year's level and this year's real contribution, both carried to this year's prices."""
    level = [share[0] * value_added[0]]
    for t in range(1, len(share)):
        level.append(price[t] / price[t - 1] * (level[t - 1] + contribution[t] * value_added[t - 1]))
    return level


def level_with_spillover(share, contribution, value_added, price, capital_growth, theta):
    """L3: L2 with the part of productivity growth that goes with ICT capital."""
    more = [c + theta * k for c, k in zip(contribution, capital_growth, strict=True)]
    return level_by_cumulation(share, more, value_added, price)


def level_by_ratio(contribution, growth, value_added, *, years=5, centred=False):
    """L4: mean contribution over mean growth, times value added; years without a full window are missing."""
    level = []
    for t in range(len(value_added)):
        first = t - years // 2 if centred else t - years + 1
        window = range(first, first + years)
        if first < 1 or window[-1] >= len(value_added):  # no growth before the second year
            level.append(math.nan)
            continue
        level.append(sum(contribution[i] for i in window) / sum(growth[i] for i in window) * value_added[t])
    return level
