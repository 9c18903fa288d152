"""The functions that rules and luck are made of, the same to the last bit on every machine.

What a computer's own library calls `exp` or `log` rounds as its authors liked, and differs from machine to machine.
These are made of what IEEE 754 fixes to the last bit: plus, minus, times, divided by, square roots and comparisons, in
the order written. Only `two_to` and `exponent_of` look into the bits of a number; compiled code has them by other means
(`worlds/bits.py`), to the same bits.

Each is written so that it can be compiled for one number or for several abreast: no loops, and where there is an `if`,
both sides can be worked out. How exact each is, in units of the last place (ulp), is what was found against mpmath at
400,000 points, random ones and edges, rounded up (`tests/science/test_functions.py`). All but `inverse_normal` never
fall from one number, or from one probability that luck can draw, to the next; that one may, by 2 ulp.
"""

import math

# Added and taken off again, it rounds to the nearest whole number, half to even: 1.5 * 2**52, beyond which a double has
# no digits after the point (Hecker 1996).
TO_WHOLE = 6755399441055744.0

# The logarithm of 2 in two parts, the first of few enough digits that a whole number times it is exact (Cody & Waite
# 1980, Software Manual for the Elementary Functions).
LN2_HIGH = 0.6931471804855391
LN2_LOW = 7.440617110012397e-11
PER_LN2 = 1.4426950408889634
SQRT_2 = 1.4142135623730951

# As far as exponentials and odds go: exp(700) is about 1e304.
MOST_EXPONENT = 700.0
# From here on, tanh is 1 to the last bit.
MOST_TANH = 20.0

# e**r: what multiplies r**2, r**3 and so on.
E2, E3, E4, E5, E6, E7, E8, E9, E10, E11, E12 = (
    0.5, 0.1666666666666667, 0.04166666666666667, 0.008333333333326136,
    0.0013888888888883748, 0.00019841269874820627, 2.4801587325547743e-05, 2.7557255400206422e-06,
    2.75572736431103e-07, 2.5105217004720745e-08, 2.0914686968086876e-09,
)  # fmt: skip
# The logarithm of a ratio: what multiplies s**3, s**5 and so on.
L3, L5, L7, L9, L11, L13, L15 = (
    0.666666666666667, 0.39999999999899444, 0.2857142862600327, 0.22222211130259878,
    0.18182889455674947, 0.15331710618210773, 0.14616585424888623,
)  # fmt: skip
# tanh up to .625: above and below the line.
T0, T1, T2 = -1.61468768441708447952e3, -9.92877231001918586564e1, -9.64399179425052238628e-1
U0, U1, U2 = 4.84406305325125486048e3, 2.23548839060100448583e3, 1.12811678491632931402e2
# AS 241, in the paper's order: above and below the line, in the middle, in the tails and far out (its a to f).
A0, A1, A2, A3, A4, A5, A6, A7 = (
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946,
    45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227,
)  # fmt: skip
B1, B2, B3, B4, B5, B6, B7 = (
    42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597,
    39307.89580009271, 28729.085735721943, 5226.495278852854,
)  # fmt: skip
C0, C1, C2, C3, C4, C5, C6, C7 = (
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045,
    1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
)  # fmt: skip
D1, D2, D3, D4, D5, D6, D7 = (
    2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008,
    0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-09,
)  # fmt: skip
F0, F1, F2, F3, F4, F5, F6, F7 = (
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487,
    0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-05, 2.0103343992922881e-07,
)  # fmt: skip
G1, G2, G3, G4, G5, G6, G7 = (
    0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
    1.8463183175100548e-05, 1.421511758316446e-07, 2.0442631033899397e-15,
)  # fmt: skip


def two_to(k: float) -> float:
    """The power of two `2**k`, for whole k from -1022 to 1023.

    >>> two_to(-1.0)
    0.5
    """
    return math.ldexp(1.0, int(k))


def exponent_of(x: float) -> float:
    """The exponent `floor(log2(x))` of a positive normal number.

    >>> exponent_of(0.75)
    -1.0
    """
    return float(math.frexp(x)[1] - 1)


def exp(x: float) -> float:
    """The exponential `e**x`, for x from -700 to 700, beyond which it stays as it is there: within 1.0 ulp.

    `2**k * e**r`, k the whole number next to x/ln 2 and r the rest. The polynomial for `(e**r - 1 - r) / r**2` is that
    of Chebyshev interpolation over |r| < ln(2)/2, from mpmath's `chebyfit` in 50 digits; its own error is below 1e-18.

    >>> exp(0.0), round(exp(1.0), 6)
    (1.0, 2.718282)
    """
    x = min(max(x, -MOST_EXPONENT), MOST_EXPONENT)
    k = (x * PER_LN2 + TO_WHOLE) - TO_WHOLE
    r = (x - k * LN2_HIGH) - k * LN2_LOW
    r2 = r * r
    r4 = r2 * r2
    low = (E2 + E3 * r) + (E4 + E5 * r) * r2
    high = (E6 + E7 * r) + (E8 + E9 * r) * r2
    top = (E10 + E11 * r) + E12 * r2
    return (1.0 + (r + r2 * (low + r4 * (high + r4 * top)))) * two_to(k)


def log(x: float) -> float:
    """The natural logarithm of a positive normal number below `2**1023`: within 2.0 ulp.

    `k*ln 2 + log(m)`, m from the root of 1/2 to that of 2.

    >>> log(1.0), log(2.0)
    (0.0, 0.6931471805599453)
    """
    k = exponent_of(x)
    m = x * two_to(-k)
    large = m > SQRT_2
    m = 0.5 * m if large else m
    k = k + 1.0 if large else k
    return k * LN2_HIGH + (_log_of_ratio((m - 1.0) / (m + 1.0)) + k * LN2_LOW)


def logit(u: float) -> float:
    """The log-odds `log(u / (1 - u))` of a probability between 0 and 1, neither of them: within 2.1 ulp.

    `k*ln 2 + log(a / b)`, where a is `u / 2**k` and b is `1 - u`, a/b from the root of 1/2 to that of 2: near 1/2,
    `(a - b) / (a + b)` is `2u - 1`, which is exact.

    >>> logit(0.5), logit(0.75)
    (0.0, 1.0986122886681098)
    """
    b = 1.0 - u
    lost = (1.0 - b) - u
    k = exponent_of(u) - exponent_of(b)
    a = u * two_to(-k)
    large = a > SQRT_2 * b
    small = SQRT_2 * a < b
    a = 0.5 * a if large else 2.0 * a if small else a
    k = k + 1.0 if large else k - 1.0 if small else k
    return k * LN2_HIGH + (_log_of_ratio(((a - b) - lost) / (a + b)) + k * LN2_LOW)


def _log_of_ratio(s: float) -> float:
    """`log((1 + s) / (1 - s))`, s up to .1716 on either side of 0.

    The polynomial for `(2*atanh(s)/s - 2) / s**2` is that of Chebyshev interpolation in s**2, from mpmath's `chebyfit`
    in 50 digits; its own error is below 5e-18.
    """
    z = s * s
    z2 = z * z
    low = (L3 + L5 * z) + (L7 + L9 * z) * z2
    top = (L11 + L13 * z) + L15 * z2
    return 2.0 * s + s * (z * (low + top * (z2 * z2)))


def tanh(x: float) -> float:
    """The hyperbolic tangent, of any x: within 1.3 ulp; `tanh(-x)` is exactly `-tanh(x)`.

    `1 - 2 / (e**(2x) + 1)`; below .625 a rational function instead (Cody & Waite 1980, as in Cephes: Moshier 1989,
    Methods and Programs for Mathematical Functions).

    >>> tanh(0.0), tanh(1.0) == -tanh(-1.0)
    (0.0, True)
    """
    size = min(x if x >= 0.0 else -x, MOST_TANH)
    z = size * size
    small = size < 0.625
    first = size if small else 1.0
    over = size * (z * ((T2 * z + T1) * z + T0)) if small else -2.0
    under = (((z + U2) * z + U1) * z + U0) if small else exp(2.0 * size) + 1.0
    found = first + over / under
    return found if x >= 0.0 else -found


def inverse_normal(u: float) -> float:
    """The standard normal number below which a probability u between 0 and 1, neither of them, lies.

    Within 6.5 ulp: algorithm AS 241, PPND16 (Wichura 1988, doi:10.2307/2347330).

    >>> inverse_normal(0.5), round(inverse_normal(0.975), 6)
    (0.0, 1.959964)
    """
    return middle_normal(u) if is_in_the_middle(u) else tail_normal(u)


def is_in_the_middle(u: float) -> bool:
    """Whether a probability is one of the 85 in 100 whose normal number needs no logarithm.

    >>> is_in_the_middle(0.5), is_in_the_middle(0.95)
    (True, False)
    """
    q = u - 0.5
    return q <= 0.425 and q >= -0.425


def middle_normal(u: float) -> float:
    """`inverse_normal` of a probability in the middle."""
    q = u - 0.5
    return q * _in_the_middle(0.180625 - q * q)


def tail_normal(u: float) -> float:
    """`inverse_normal` of a probability that is not in the middle."""
    below = u < 0.5
    r = math.sqrt(-log(u if below else 1.0 - u))
    found = _in_the_tails(r - 1.6) if r <= 5.0 else _far_out(r - 5.0)
    return -found if below else found


def _in_the_middle(r: float) -> float:
    over = ((((((A7 * r + A6) * r + A5) * r + A4) * r + A3) * r + A2) * r + A1) * r + A0
    return over / (((((((B7 * r + B6) * r + B5) * r + B4) * r + B3) * r + B2) * r + B1) * r + 1.0)


def _in_the_tails(r: float) -> float:
    over = ((((((C7 * r + C6) * r + C5) * r + C4) * r + C3) * r + C2) * r + C1) * r + C0
    return over / (((((((D7 * r + D6) * r + D5) * r + D4) * r + D3) * r + D2) * r + D1) * r + 1.0)


def _far_out(r: float) -> float:
    over = ((((((F7 * r + F6) * r + F5) * r + F4) * r + F3) * r + F2) * r + F1) * r + F0
    return over / (((((((G7 * r + G6) * r + G5) * r + G4) * r + G3) * r + G2) * r + G1) * r + 1.0)
