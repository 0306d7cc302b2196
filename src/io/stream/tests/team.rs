//! Several threads give what one gives, whatever the body is, and wherever it is parted.

use super::*;
use crate::io::wire::BEGINNING;

/// Blocks of a few messages, from the start.
const SHARES: Shares = Shares { hands: 2, first: 0, block: 700 };

/// What came of a body, and how many of its blocks were read by a hand to the end.
fn decode_by_many(body: &[u8], chunk: usize, shares: Shares) -> (Outcome, u64) {
    let mut team = Team::new(SMALL, shares);
    let mut pages = Vec::new();
    let mut result = Ok(());
    for part in body.chunks(chunk) {
        result = team.push(part, &mut |page| pages.push(page));
    }
    let end = team.finish(&mut |page| pages.push(page));
    if let Err(error) = result {
        assert_eq!(end, Err(error), "an error stays");
    }
    ((seen(pages), end), team.accepted())
}

/// A message as servers send it.
fn message(number: usize, metadata: &str) -> String {
    let (session, user) = (number % 7, number % 3);
    format!(
        r#"{BEGINNING}:"s{session}","userId":"u{user}","componentId":null,"role":"user","content":"message {number}: why is the sky blue?","createdAt":"2026-10-01T10:00:{:02}.000Z","metadata":{metadata}}}"#,
        number % 60,
    )
}

fn list(messages: &[String]) -> String {
    format!(r#"{{"messages":[{}],"total":{}}}"#, messages.join(","), messages.len())
}

#[test]
fn what_servers_send_is_read_by_hands() {
    let messages: Vec<_> = (0..200).map(|number| message(number, r#"{"tokens":12}"#)).collect();
    let spaced = format!("[ {} ]", messages.join(" ,\n "));
    for body in [list(&messages), spaced, messages.join("\n")] {
        let (outcome, accepted) = decode_by_many(body.as_bytes(), 100, SHARES);
        assert_eq!(outcome, decode(body.as_bytes()));
        // A block ends where a message does, so it is shorter than it may be.
        let most = body.len() / (SHARES.block - message(0, "").len());
        let accepted = usize::try_from(accepted).unwrap();
        assert!(accepted * 2 > most, "{accepted} of {most} blocks");
    }
}

#[test]
fn a_message_within_metadata_is_no_message() {
    let inner = [message(0, "null"), message(1, "null")].join(",");
    let (plain, nested) = ("{}".to_owned(), format!(r#"{{"quoted":[{inner}]}}"#));
    for every in [1, 2, 5, 50] {
        let messages: Vec<_> = (0..200)
            .map(|number| message(number, if number % every == 0 { &nested } else { &plain }))
            .collect();
        for body in [list(&messages), messages.join("\n")] {
            for block in [150, 400, 2000] {
                let (outcome, _) = decode_by_many(body.as_bytes(), 64, Shares { block, ..SHARES });
                assert_eq!(outcome, decode(body.as_bytes()), "{block} {every}");
                assert_eq!(outcome.0.len(), 200);
            }
        }
    }
}

#[test]
fn a_body_that_is_cut_or_broken_anywhere_says_the_same() {
    let mut messages: Vec<_> = (0..12).map(|number| message(number, "{}")).collect();
    messages.insert(5, r#"{"sessionId":[1],"createdAt":"","content":null}"#.to_owned());
    messages.insert(9, r#""no message""#.to_owned());
    let body = list(&messages);
    let shares = Shares { block: 300, ..SHARES };
    for at in (0..body.len()).step_by(11) {
        let cut = &body.as_bytes()[..at];
        assert_eq!(decode_by_many(cut, 90, shares).0, decode_parts(cut.chunks(90), SMALL));
        for wrong in [b']', b'"', 0xFF] {
            let mut broken = body.clone().into_bytes();
            broken[at] = wrong;
            let expected = decode_parts(broken.chunks(90), SMALL);
            assert_eq!(decode_by_many(&broken, 90, shares).0, expected, "{wrong} at {at}");
        }
    }
}

#[test]
fn a_message_without_a_time_stands_behind_the_one_before_it_in_another_block() {
    let mut messages: Vec<_> = (0..60).map(|number| message(number, "{}")).collect();
    for message in messages.iter_mut().skip(1).step_by(2) {
        *message = message.replace("createdAt", "when");
    }
    let body = list(&messages);
    let (outcome, accepted) = decode_by_many(body.as_bytes(), 100, SHARES);
    assert_eq!(outcome, decode(body.as_bytes()));
    assert!(accepted > 0);
}

#[test]
fn what_came_whole_is_handed_over_on_demand() {
    let mut team = Team::new(SMALL, SHARES);
    let body = list(&(0..9).map(|number| message(number, "{}")).collect::<Vec<_>>());
    let (first, second) = body.split_at(body.len() - 40);
    let mut pages = Vec::new();
    team.push(first.as_bytes(), &mut |page| pages.push(page)).unwrap();
    team.flush(&mut |page| pages.push(page)).unwrap();
    assert_eq!(pages.iter().map(|page| page.rows.len()).sum::<usize>(), 8);
    team.push(second.as_bytes(), &mut |page| pages.push(page)).unwrap();
    assert_eq!(team.finish(&mut |page| pages.push(page)).unwrap().messages, 9);
    assert_eq!(seen(pages), decode(body.as_bytes()).0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_messages_by_any_shares_give_the_same(
        elements in prop::collection::vec(
            prop_oneof![element(), (0..50_usize).prop_map(|number| message(number, "{}"))],
            0..30,
        ),
        form in 0..3,
        chunk in 1_usize..400,
        block in 1_usize..900,
        hands in 0_usize..4,
    ) {
        let body = match form {
            0 => list(&elements),
            1 => format!("[{}]", elements.join(",")),
            _ => format!("{{\"role\":\"user\"}}\n{}", elements.join("\n")),
        };
        let shares = Shares { hands, block, first: 0 };
        prop_assert_eq!(decode_by_many(body.as_bytes(), chunk, shares).0, decode(body.as_bytes()));
    }
}
