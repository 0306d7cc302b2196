//! Many numbers in a few: least, median, high percentiles, most.
//!
//! Must not know what was measured.

/// What a set of numbers is like. Percentiles are nearest ranks (the least number that so many
/// percent are not above), so that each is one of the numbers.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Summary {
    /// How many numbers there are; all else is 0 when there is none.
    pub count: u64,
    /// The least.
    pub least: u64,
    /// Half of them are not above it.
    pub median: u64,
    /// 90 percent are not above it.
    pub p90: u64,
    /// 99 percent are not above it.
    pub p99: u64,
    /// The greatest.
    pub most: u64,
    /// The arithmetic mean.
    pub mean: f64,
    /// The sum.
    pub total: u64,
}

impl Summary {
    /// Of these numbers, in any order.
    pub fn of(mut numbers: Vec<u64>) -> Self {
        let count = numbers.len();
        let total = numbers.iter().fold(0_u64, |sum, &number| sum.saturating_add(number));
        let mut rank = |percent: usize| {
            let at = (count * percent).div_ceil(100).saturating_sub(1);
            if at >= count {
                return 0;
            }
            *numbers.select_nth_unstable(at).1
        };
        let (median, p90, p99) = (rank(50), rank(90), rank(99));
        #[expect(clippy::cast_precision_loss, reason = "a mean is rounded anyway")]
        let mean = if count == 0 { 0.0 } else { total as f64 / count as f64 };
        Self {
            count: u64::try_from(count).unwrap_or(u64::MAX),
            least: numbers.iter().copied().min().unwrap_or(0),
            most: numbers.iter().copied().max().unwrap_or(0),
            median,
            p90,
            p99,
            mean,
            total,
        }
    }
}
