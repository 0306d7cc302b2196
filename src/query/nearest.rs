//! Suggests the name that a misspelt one was meant to be.

/// The candidate most similar to `typed`: one that begins with it, or that differs in at most two
/// letters and less than half. The first of equally similar ones.
pub fn nearest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed: String = typed.chars().take(64).flat_map(char::to_lowercase).collect();
    let length = typed.chars().count();
    let distance = |name: &str| {
        let name = name.to_lowercase();
        if length >= 2 && name.starts_with(&typed) {
            1
        } else {
            strsim::osa_distance(&typed, &name)
        }
    };
    candidates
        .into_iter()
        .map(|name| (distance(name), name))
        .filter(|&(distance, name)| distance <= 2 && distance * 2 <= length.max(name.len()))
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_misspelt_name_finds_the_meant_one_and_a_strange_one_finds_none() {
        let names = ["theme", "mouse", "refresh_every", "split"];
        assert_eq!(nearest("them", names), Some("theme"));
        assert_eq!(nearest("mosue", names), Some("mouse"));
        assert_eq!(nearest("Refresh-Every", names), Some("refresh_every"));
        assert_eq!(nearest("colour", names), None);
        assert_eq!(nearest("", names), None);
    }
}
