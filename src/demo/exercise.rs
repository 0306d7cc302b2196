//! Exercises with numbers: each variant has other numbers, and the right answers to them.
//!
//! Knows nothing of the texts in which the numbers appear.

#![expect(clippy::many_single_char_names, reason = "the letters are those of the formulas")]

use fastrand::Rng;

/// The most numbers that an exercise has.
const MOST: usize = 20;

/// The numbers of one variant, in the order of [`Exercise::slots`], then zeros.
pub(super) type Numbers = [i64; MOST];

/// A kind of exercise.
#[derive(Debug)]
pub(super) struct Exercise {
    /// The name by which a script asks for it.
    name: &'static str,
    /// The names of its numbers.
    pub slots: &'static [&'static str],
    make: fn(&mut Rng) -> Numbers,
}

impl Exercise {
    /// The numbers of a variant.
    pub(super) fn numbers(&self, variant: u32) -> Numbers {
        (self.make)(&mut Rng::with_seed(u64::from(variant)))
    }

    /// One number of a variant, by name.
    pub(super) fn number(&self, variant: u32, name: &str) -> Option<i64> {
        let slot = self.slots.iter().position(|slot| *slot == name)?;
        self.numbers(variant).get(slot).copied()
    }
}

/// The exercise of this name.
pub(super) fn find(name: &str) -> Option<&'static Exercise> {
    EXERCISES.iter().find(|exercise| exercise.name == name)
}

/// An exercise out of its name, the work, and the variables that are its numbers.
macro_rules! exercise {
    ($name:literal, |$rng:ident| { $($work:stmt;)+ } => $($slot:ident)+) => {
        Exercise {
            name: $name,
            slots: &[$(stringify!($slot)),+],
            make: {
                fn make($rng: &mut Rng) -> Numbers {
                    $($work)+
                    padded([$($slot),+])
                }
                make
            },
        }
    };
}

fn padded<const N: usize>(numbers: [i64; N]) -> Numbers {
    const { assert!(N <= MOST, "too many numbers") };
    let mut all = [0; MOST];
    for (slot, number) in all.iter_mut().zip(numbers) {
        *slot = number;
    }
    all
}

/// Right triangles with whole sides.
const TRIPLES: [(i64, i64, i64); 5] =
    [(3, 4, 5), (5, 12, 13), (8, 15, 17), (7, 24, 25), (20, 21, 29)];

static EXERCISES: [Exercise; 27] = [
    exercise!("factor", |rng| {
        let p = rng.i64(2..=9);
        let q = p + rng.i64(1..=8);
        let s = p + q;
        let m = p * q;
        let pp = p * p;
        let sp = s * p;
    } => p q s m pp sp),
    exercise!("leading", |rng| {
        let a = rng.i64(2..=5);
        let b = a * rng.i64(0..=2) + rng.i64(1..a);
        let c = rng.i64(2..=6);
        let k = a * c;
        let mid = k + b;
        let end = b * c;
        let ac = a * end;
    } => a b c k mid end ac),
    exercise!("linear", |rng| {
        let a = rng.i64(2..=12);
        let x = rng.i64(2..=15);
        let b = rng.i64(1..=30);
        let d = a * x;
        let c = d + b;
    } => a b c d x),
    exercise!("bothsides", |rng| {
        let d = rng.i64(2..=6);
        let k = rng.i64(2..=6);
        let a = d + k;
        let x = rng.i64(2..=12);
        let b = rng.i64(1..=20);
        let r = k * x;
        let e = r + b;
    } => a b d e k r x),
    exercise!("system", |rng| {
        let x = rng.i64(1..=7);
        let y = rng.i64(1..=7);
        let a = rng.i64(2..=5);
        let b = rng.i64(2..=5);
        let c = rng.i64(2..=5);
        let d = b * c / a + rng.i64(1..=3);
        let e = a * x + b * y;
        let f = c * x + d * y;
        let det = a * d - b * c;
        let dx = e * d - b * f;
        let dy = a * f - e * c;
    } => x y a b c d e f det dx dy),
    exercise!("vertex", |rng| {
        let h = rng.i64(2..=9);
        let k = rng.i64(1..=12);
        let b = 2 * h;
        let hh = h * h;
        let c = hh + k;
    } => h k b hh c),
    exercise!("log", |rng| {
        let b = rng.i64(2..=6);
        let n = rng.i64(2..=5);
        let v = (0..n).fold(1, |power, _| power * b);
    } => b n v),
    exercise!("sequence", |rng| {
        let a = rng.i64(1..=12);
        let d = rng.i64(2..=9);
        let n = rng.i64(10..=50);
        let m = n - 1;
        let last = a + m * d;
        let sum = n * (a + last) / 2;
    } => a d n m last sum),
    exercise!("percent", |rng| {
        let price = 20 * rng.i64(2..=20);
        let off = 5 * rng.i64(2..=8);
        let save = price * off / 100;
        let final_ = price - save;
        let rest = 100 - off;
    } => price off save final_ rest),
    exercise!("interest", |rng| {
        let p = 100 * rng.i64(2..=40);
        let r = rng.i64(2..=6);
        let t = rng.i64(2..=8);
        let i = p * r * t / 100;
        let total = p + i;
    } => p r t i total),
    exercise!("power", |rng| {
        let a = rng.i64(2..=9);
        let n = rng.i64(3..=6);
        let b = rng.i64(2..=9);
        let m = n - 1;
        let an = a * n;
        let one = an + b;
    } => a n b m an one),
    exercise!("chain", |rng| {
        let a = rng.i64(2..=7);
        let b = rng.i64(1..=9);
        let n = rng.i64(3..=8);
        let m = n - 1;
        let na = n * a;
    } => a b n m na),
    exercise!("integral", |rng| {
        let k = rng.i64(2..=5);
        let a = 3 * k;
        let b = rng.i64(2..=6);
        let bbb = b * b * b;
        let r = k * bbb;
    } => a b k bbb r),
    exercise!("triple", |rng| {
        let (x, y, z) = *rng.choice(&TRIPLES).unwrap_or(&(3, 4, 5));
        let k = rng.i64(1..=6);
        let a = k * x;
        let b = k * y;
        let c = k * z;
        let aa = a * a;
        let bb = b * b;
        let cc = c * c;
    } => a b c aa bb cc),
    exercise!("circle", |rng| {
        let r = rng.i64(2..=30);
        let d = 2 * r;
        let rr = r * r;
    } => r d rr),
    exercise!("matrix", |rng| {
        let a = rng.i64(0..=5);
        let b = rng.i64(1..=5);
        let c = rng.i64(1..=5);
        let d = rng.i64(0..=5);
        let e = rng.i64(1..=5);
        let f = rng.i64(0..=5);
        let g = rng.i64(0..=5);
        let h = rng.i64(1..=5);
        let p = a * e + b * g;
        let q = a * f + b * h;
        let r = c * e + d * g;
        let s = c * f + d * h;
    } => a b c d e f g h p q r s),
    exercise!("mean", |rng| {
        let mut v = [0; 5];
        v.fill_with(|| rng.i64(1..=18));
        let short = (5 - v.iter().sum::<i64>() % 5) % 5;
        let [a, b, c, d, e] = v;
        let e = e + short;
        let mut sorted = [a, b, c, d, e];
        sorted.sort_unstable();
        let [s1, s2, s3, s4, s5] = sorted;
        let total = a + b + c + d + e;
        let mean = total / 5;
    } => a b c d e total mean s1 s2 s3 s4 s5),
    exercise!("binary", |rng| {
        let n = rng.i64(9..=255);
        let bits = (0..8).fold(0, |sum, bit| sum + (n >> bit & 1) * 10_i64.pow(bit));
    } => n bits),
    exercise!("force", |rng| {
        let m = rng.i64(2..=90);
        let a = rng.i64(2..=9);
        let f = m * a;
    } => m a f),
    exercise!("suvat", |rng| {
        let u = rng.i64(1..=20);
        let a = 2 * rng.i64(1..=4);
        let t = rng.i64(2..=10);
        let v = u + a * t;
        let ut = u * t;
        let tt = t * t;
        let half = a * tt / 2;
        let s = ut + half;
    } => u a t v ut tt half s),
    exercise!("ohm", |rng| {
        let r = rng.i64(2..=60);
        let i = rng.i64(2..=6);
        let v = r * i;
        let p = v * i;
    } => r i v p),
    exercise!("temperature", |rng| {
        let c = 5 * rng.i64(1..=20);
        let part = 9 * c / 5;
        let f = part + 32;
        let double = 2 * c;
    } => c part f double),
    exercise!("speed", |rng| {
        let v = 5 * rng.i64(8..=40);
        let t = rng.i64(2..=9);
        let d = v * t;
    } => v t d),
    exercise!("loop", |rng| {
        let a = rng.i64(1..=5);
        let b = rng.i64(10..=60);
        let next = b + 1;
        let last = b - 1;
        let sum = (a..=b).sum::<i64>();
        let short = sum - b;
    } => a b next last sum short),
    exercise!("rectangle", |rng| {
        let a = rng.i64(2..=24);
        let b = a + rng.i64(1..=12);
        let area = a * b;
        let around = 2 * (a + b);
    } => a b area around),
    exercise!("line", |rng| {
        let m = rng.i64(2..=7);
        let b = rng.i64(1..=9);
        let x = rng.i64(1..=4);
        let y = m * x + b;
        let x2 = x + rng.i64(2..=5);
        let y2 = m * x2 + b;
        let dx = x2 - x;
        let dy = y2 - y;
        let mx = m * x;
    } => m b x y x2 y2 dx dy mx),
    exercise!("gcd", |rng| {
        let g = rng.i64(2..=12);
        let r = g * rng.i64(2..=4);
        let b = r * rng.i64(2..=4) + g;
        let a = b + r;
        let k = b / r;
    } => a b r g k),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The named numbers of an exercise, over many variants.
    fn holds<const N: usize>(name: &str, slots: [&str; N], rule: fn([i64; N]) -> bool) {
        let exercise = find(name).unwrap();
        for variant in 0..2_000 {
            let numbers = slots.map(|slot| exercise.number(variant, slot).unwrap());
            assert!(rule(numbers), "{name} {slots:?} {numbers:?}");
        }
    }

    #[test]
    fn the_answers_of_algebra_are_right() {
        holds("factor", ["p", "q", "s", "m"], |[p, q, s, m]| {
            [p, q].iter().all(|x| x * x - s * x + m == 0) && p < q
        });
        holds("factor", ["p", "s", "m", "pp", "sp"], |[p, s, m, pp, sp]| {
            pp == p * p && sp == s * p && pp - sp + m == 0
        });
        holds("leading", ["a", "b", "c", "mid", "end"], |[a, b, c, mid, end]| {
            (-5..5).all(|x| (a * x + b) * (x + c) == a * x * x + mid * x + end) && b % a != 0
        });
        holds("leading", ["k", "b", "mid", "ac"], |[k, b, mid, ac]| k + b == mid && k * b == ac);
        holds("linear", ["a", "b", "c", "d", "x"], |[a, b, c, d, x]| a * x + b == c && c - b == d);
        holds("bothsides", ["a", "b", "d", "e", "x"], |[a, b, d, e, x]| {
            a * x + b == d * x + e && a > d
        });
        holds(
            "system",
            ["a", "b", "c", "d", "e", "f", "x", "y", "det", "dx", "dy"],
            |[a, b, c, d, e, f, x, y, det, dx, dy]| {
                let lines = a * x + b * y == e && c * x + d * y == f;
                lines && det != 0 && dx == det * x && dy == det * y && det == a * d - b * c
            },
        );
        holds("vertex", ["b", "c", "h", "k"], |[b, c, h, k]| h * h - b * h + c == k && b == 2 * h);
        holds("sequence", ["a", "d", "n", "last", "sum"], |[a, d, n, last, sum]| {
            let terms: Vec<i64> = (0..n).map(|i| a + i * d).collect();
            terms.last() == Some(&last) && terms.iter().sum::<i64>() == sum
        });
        holds("log", ["b", "n", "v"], |[b, n, v]| u32::try_from(n).is_ok_and(|n| b.pow(n) == v));
        holds("gcd", ["a", "b", "r", "g", "k"], |[a, b, r, g, k]| {
            a == b + r && b == k * r + g && r % g == 0
        });
        holds("matrix", ["a", "b", "e", "g", "p"], |[a, b, e, g, p]| p == a * e + b * g);
    }

    #[test]
    fn the_answers_with_money_are_whole() {
        holds("percent", ["price", "off", "save", "final_"], |[price, off, save, rest]| {
            save * 100 == price * off && rest == price - save
        });
        holds("interest", ["p", "r", "t", "i"], |[p, r, t, i]| i * 100 == p * r * t);
    }

    #[test]
    fn the_answers_of_the_other_subjects_are_right() {
        holds("power", ["a", "n", "b", "one"], |[a, n, b, one]| a * n + b == one);
        holds("integral", ["a", "b", "r"], |[a, b, r]| 3 * r == a * b * b * b);
        holds("triple", ["a", "b", "c"], |[a, b, c]| a * a + b * b == c * c);
        holds("mean", ["a", "b", "c", "d", "e", "mean"], |[a, b, c, d, e, mean]| {
            a + b + c + d + e == 5 * mean
        });
        holds("mean", ["s1", "s2", "s3", "s4", "s5"], |sorted| sorted.is_sorted());
        holds("binary", ["n", "bits"], |[n, bits]| {
            i64::from_str_radix(&bits.to_string(), 2) == Ok(n)
        });
        holds("suvat", ["u", "v", "t", "s"], |[u, v, t, s]| 2 * s == (u + v) * t);
        holds("ohm", ["v", "r", "i", "p"], |[v, r, i, p]| v == r * i && p == v * i);
        holds("temperature", ["c", "f"], |[c, f]| 5 * (f - 32) == 9 * c);
        holds("loop", ["a", "b", "sum", "short"], |[a, b, sum, short]| {
            (a..=b).sum::<i64>() == sum && (a..b).sum::<i64>() == short
        });
        holds("line", ["m", "b", "x", "y", "x2", "y2"], |[m, b, x, y, x2, y2]| {
            y == m * x + b && y2 == m * x2 + b && x2 > x
        });
    }
}
