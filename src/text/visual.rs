//! Reorders the clusters of a line from logical to visual order, with the Unicode Bidirectional
//! Algorithm (UAX #9).
//!
//! For terminals that do not reorder text themselves. Must not know cells or panes.

use std::ops::Range;

use unicode_bidi::{BidiInfo, Level};

/// The base direction of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BaseDirection {
    /// The direction of its first strong character.
    OfText,
    /// From left to right.
    LeftToRight,
}

/// The indices of `clusters` in visual order; `None` if that equals the logical order. The clusters
/// together make up the line.
///
/// Does not mirror brackets: see [`mirrored`].
pub fn visual_order(
    line: &str,
    clusters: &[Range<usize>],
    base: BaseDirection,
) -> Option<Vec<VisualCluster>> {
    if !line.chars().any(may_go_left) {
        return None;
    }
    let base = match base {
        BaseDirection::OfText => None,
        BaseDirection::LeftToRight => Some(Level::ltr()),
    };
    let info = BidiInfo::new(line, base);
    // Paragraph separators never occur within a line.
    let [paragraph] = info.paragraphs.as_slice() else { return None };
    let levels = info.reordered_levels(paragraph, paragraph.range.clone());
    let of_clusters: Vec<Level> = clusters
        .iter()
        .map(|cluster| levels.get(cluster.start).copied().unwrap_or(Level::ltr()))
        .collect();
    let order = BidiInfo::reorder_visual(&of_clusters).into_iter();
    let seen = order.map(|place| VisualCluster {
        place,
        mirrored: of_clusters.get(place).is_some_and(Level::is_rtl),
    });
    Some(seen.collect())
}

/// A cluster in visual order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VisualCluster {
    /// Its index in the text.
    pub place: usize,
    /// Whether it is in right-to-left text, where brackets are mirrored.
    pub mirrored: bool,
}

/// Whether a character is in a block with right-to-left letters or marks. May return false
/// positives, never false negatives.
fn may_go_left(c: char) -> bool {
    matches!(
        c,
        '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}'
            | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}'
    )
}

/// The mirrored bracket for right-to-left text.
pub fn mirrored(cluster: &str) -> Option<&'static str> {
    const PAIRS: [(&str, &str); 8] = [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("<", ">"),
        ("«", "»"),
        ("‹", "›"),
        ("⟨", "⟩"),
        ("≤", "≥"),
    ];
    PAIRS.iter().find_map(|&(open, close)| {
        (cluster == open).then_some(close).or((cluster == close).then_some(open))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::graphemes;
    use proptest::prelude::*;

    fn seen(line: &str, base: BaseDirection) -> String {
        let mut end = 0;
        let clusters: Vec<_> = graphemes(line)
            .map(|(cluster, _)| {
                end += cluster.len();
                end - cluster.len()..end
            })
            .collect();
        match visual_order(line, &clusters, base) {
            None => line.to_owned(),
            Some(order) => {
                let shown = order.iter().map(|seen| {
                    let cluster = &line[clusters[seen.place].clone()];
                    mirrored(cluster).filter(|_| seen.mirrored).unwrap_or(cluster)
                });
                shown.collect()
            }
        }
    }

    #[test]
    fn letters_from_right_to_left_are_seen_so_and_numbers_within_them_are_not_turned() {
        for (line, of_text, left_to_right) in [
            ("abc (def) 12", "abc (def) 12", "abc (def) 12"),
            ("אבג", "גבא", "גבא"),
            ("שלום world", "world םולש", "םולש world"),
            ("say שלום now", "say םולש now", "say םולש now"),
            ("אב 123 גד", "דג 123 בא", "דג 123 בא"),
            ("אב (גד)", "(דג) בא", "(דג) בא"),
            ("א\u{5B7}ב", "בא\u{5B7}", "בא\u{5B7}"),
        ] {
            assert_eq!(seen(line, BaseDirection::OfText), of_text, "{line}");
            assert_eq!(seen(line, BaseDirection::LeftToRight), left_to_right, "{line}");
        }
    }

    proptest! {
        #[test]
        fn no_cluster_is_lost_and_none_is_seen_twice(line in "[aא1 (ב)世é\u{5B7}ع.-]{0,20}") {
            let mut end = 0;
            let clusters: Vec<_> = graphemes(&line)
                .map(|(cluster, _)| {
                    end += cluster.len();
                    end - cluster.len()..end
                })
                .collect();
            if let Some(order) = visual_order(&line, &clusters, BaseDirection::OfText) {
                let mut places: Vec<usize> = order.iter().map(|seen| seen.place).collect();
                places.sort_unstable();
                prop_assert_eq!(places, (0..clusters.len()).collect::<Vec<_>>());
            }
        }
    }
}
