//! Formats numbers for people: bytes with a unit, counts with separators.

/// `812 bytes`, `12.3 MB`.
pub fn size(bytes: u64) -> String {
    let with =
        |unit: u64, name: &str| format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit);
    match bytes {
        1 => "1 byte".to_owned(),
        0..10_000 => format!("{bytes} bytes"),
        10_000..1_000_000 => with(1_000, "kB"),
        1_000_000..1_000_000_000 => with(1_000_000, "MB"),
        _ => with(1_000_000_000, "GB"),
    }
}

/// A whole number with commas: `6,412`.
pub fn grouped(number: impl std::fmt::Display + Copy) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count with its noun: `1 message`, `6,412 messages`.
pub fn counted(number: u64, one: &str) -> String {
    format!("{} {one}{}", grouped(number), if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_has_the_unit_that_fits() {
        let sizes = [
            (0, "0 bytes"),
            (1, "1 byte"),
            (9_999, "9999 bytes"),
            (10_000, "10.0 kB"),
            (999_999, "999.9 kB"),
            (12_345_678, "12.3 MB"),
            (999_999_999, "999.9 MB"),
            (2_147_483_648, "2.1 GB"),
        ];
        for (bytes, text) in sizes {
            assert_eq!(size(bytes), text);
        }
    }
}
