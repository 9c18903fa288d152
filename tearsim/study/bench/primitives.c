/* What the science's functions are made of, and what looks into the bits of a number. */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* As Python has them: the first, unless the second is smaller (or larger). */
static double least_of_numbers(double one, double other) { return other < one ? other : one; }
static double most_of_numbers(double one, double other) { return other > one ? other : one; }
static int least_of_whole(int one, int other) { return other < one ? other : one; }
static int most_of_whole(int one, int other) { return other > one ? other : one; }

static double two_to(double k)
{
    uint64_t bits = (uint64_t)((int64_t)k + 1023) << 52;
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static double exponent_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return (double)((int64_t)(bits >> 52) - 1023);
}
