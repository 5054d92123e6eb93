//! Requests that outlive an epoch: a greatest age in the place of a digest (spec 06 §11).

use std::time::Duration;

use selfsame::presentation::{AskedEpoch, order_tickets, present, review};
use testkit::Terms;
use testkit::host::{Host, confirm};
use testkit::prelude::*;

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);
/// The key under which epochs are stated.
const STATED: usize = if SUITE == 1 { 8 } else { 9 };

/// The hotel's question of both lists, at whichever epoch the phone is.
fn ask(country: &Country, max_age: Duration) -> RequestBuilder {
    let builder = PresentationRequest::builder(country.issuer.parameters(), HOTEL, "check-in 入住登记");
    let [status, flag] = country.heads.each_ref().map(|heads| heads.name());
    builder.present_lately_on(status, max_age).present_lately_on(flag, max_age)
}

/// A request with a nonce.
fn asked(country: &mut Country, max_age: Duration) -> Asked {
    let builder = ask(country, max_age);
    builder.once(&mut country.rng).unwrap()
}

fn stated(presentation: &[u8]) -> Vec<Vec<u8>> {
    Tree::parse(presentation).body.at(STATED).items().iter().map(|epoch| epoch.bytes().to_vec()).collect()
}

fn digests(heads: &[CosignedHeads; 2]) -> Vec<Vec<u8>> {
    heads.iter().map(|heads| heads.digest().to_bytes().to_vec()).collect()
}

/// One printed request, before an epoch is closed and after it, for a phone that follows. Checks
/// 06-72, 06-73.
#[test]
fn a_printed_request_outlives_an_epoch() {
    let mut country = Country::new(71);
    let mut phone = country.enrol();
    let printed = ask(&country, DAY).standing(NOW, later(86_400)).unwrap();
    let mut answers = Vec::new();
    for _ in 0..3 {
        let presentation = phone.present(&mut country, printed.message());
        assert_eq!(stated(&presentation), digests(&country.heads));
        assert_eq!(Presentation::from_bytes(&presentation).unwrap().to_bytes(), presentation);
        let relayed = printed.relay(&presentation, &mut country.rng);
        let verdict = country.answer(&relayed.message.to_bytes());
        assert_eq!(relayed.state.conclude(&verdict, &country.platform.public_key()).verdict, Verdict::Verified);
        answers.push(presentation);
        let epochs = country.close_epoch();
        phone.follow(&mut country, &epochs);
    }
    // An old one is of an epoch that counts no more, by the rule or not.
    let relayed = printed.relay(&answers[0], &mut country.rng);
    let verdict = country.answer(&relayed.message.to_bytes());
    assert_eq!(relayed.state.conclude(&verdict, &country.platform.public_key()).verdict, Verdict::Refused);
}

/// The age is that of the head when the answer is verified, to the second. Check 06-73.
#[test]
fn an_epoch_is_at_most_as_old_as_the_request_allows() {
    let mut country = Country::new(72);
    let mut phone = country.enrol();
    for (age, verdict) in [(0, Verdict::Verified), (3_600, Verdict::Verified), (3_601, Verdict::Refused)] {
        let asked = asked(&mut country, HOUR);
        let presentation = phone.present(&mut country, &asked.message);
        country.now = later(age);
        assert_eq!(country.settle(asked.state, &presentation), verdict, "{age}");
    }
    // The rule widens nothing: what the platform lets count no more does not count.
    let asked = asked(&mut country, 31 * DAY);
    let presentation = phone.present(&mut country, &asked.message);
    country.now = later(86_401);
    assert_eq!(country.settle(asked.state, &presentation), Verdict::Refused);
    // A clock that is behind the owner's by the tolerance.
    let asked = self::asked(&mut country, Duration::from_secs(1));
    let presentation = phone.present(&mut country, &asked.message);
    country.now = Timestamp::from_secs(NOW.as_secs() - CLOCK_TOLERANCE.as_secs());
    assert_eq!(country.settle(asked.state, &presentation), Verdict::Verified);
}

/// Nobody moves an answer to another epoch, or leaves out under which it is. Check 06-73.
#[test]
fn a_stated_epoch_is_bound() {
    let mut country = Country::new(73);
    let mut phone = country.enrol();
    let before = digests(&country.heads);
    let (named, asked) = (country.hotel().once(&mut country.rng).unwrap(), asked(&mut country, DAY));
    let [plain, presentation] = [&named.message, &asked.message].map(|request| phone.present(&mut country, request));
    // An epoch in which nothing changed: V is the same in both, and both count.
    country.close_epoch();
    let verdict = |country: &mut Country, request: &PresentationRequest, presentation: &[u8]| {
        let answer = country.answer(&testkit::rogue::call(&request.to_bytes(), presentation));
        answer.unverified_verdict()
    };
    assert_eq!(verdict(&mut country, &asked.message, &presentation), Verdict::Verified);
    assert_eq!(verdict(&mut country, &named.message, &plain), Verdict::Verified);
    let epochs = |of: &[Vec<u8>]| Item::Array(of.iter().map(|epoch| Item::Bytes(epoch.clone())).collect());
    let tree = Tree::parse(&presentation);
    let with = |epochs: Item| tree.with(|body| *body.at_mut(STATED) = epochs);
    let newer = digests(&country.heads);
    let mixed = [before[0].clone(), newer[1].clone()];
    let swapped = [before[1].clone(), before[0].clone()];
    let longer = [before.clone(), before[..1].to_vec()].concat();
    for other in [&newer[..], &mixed, &swapped, &before[..1], &longer, &[vec![7; 32], before[1].clone()]] {
        let moved = with(epochs(other));
        assert!(Presentation::from_bytes(&moved).is_ok());
        assert_eq!(verdict(&mut country, &asked.message, &moved), Verdict::Refused);
    }
    let none = tree.with(|body| drop(body.items_mut().pop()));
    assert!(Presentation::from_bytes(&none).is_ok());
    assert_eq!(verdict(&mut country, &asked.message, &none), Verdict::Refused);
    // None is said in one way.
    assert_eq!(Presentation::from_bytes(&with(epochs(&[]))).unwrap_err(), DecodeError::OutOfRange);
    // Nor is one stated where the request names it.
    let told = Tree::parse(&plain).with(|body| body.items_mut().push(epochs(&before)));
    assert_eq!(verdict(&mut country, &named.message, &told), Verdict::Refused);
}

/// Check 06-69.
#[test]
fn an_age_is_of_one_second_to_thirty_one_days() {
    let mut country = Country::new(74);
    let built = |country: &mut Country, age| ask(country, age).once(&mut OsRng).map(|asked| asked.message);
    let request = built(&mut country, DAY).unwrap();
    assert_eq!(request.credentials()[0].lists()[0].epoch(), AskedEpoch::Newest { max_age: DAY });
    for (seconds, is_allowed) in [(0, false), (1, true), (2_678_400, true), (2_678_401, false), (u64::MAX, false)] {
        let found = built(&mut country, Duration::from_secs(seconds)).map(drop);
        assert_eq!(found, if is_allowed { Ok(()) } else { Err(RequestError::Age) }, "{seconds}");
        let list = |body: &mut Item| {
            *body.at_mut(3).at_mut(0).at_mut(testkit::cbor::place::LISTS).at_mut(1).at_mut(2) = Item::Uint(seconds);
        };
        let decoded = PresentationRequest::from_bytes(&Tree::parse(&request.to_bytes()).with(list));
        assert_eq!(decoded.map(drop), if is_allowed { Ok(()) } else { Err(DecodeError::OutOfRange) }, "{seconds}");
    }
}

/// Check 06-71.
#[test]
fn without_a_certificate_a_day_is_the_greatest_age() {
    let mut country = Country::new(75);
    let phone = country.enrol();
    let review = |country: &mut Country, age| {
        let request = asked(country, age).message;
        phone.credential.review(&request, &country.heads()).map(drop)
    };
    assert_eq!(review(&mut country, DAY), Ok(()));
    assert_eq!(review(&mut country, DAY + Duration::from_secs(1)), Err(PresentError::LongAge));
}

/// Check 06-70.
#[test]
fn the_user_reads_that_the_state_of_the_phone_is_seen() {
    let mut country = Country::new(76);
    let phone = country.enrol();
    let said = |country: &mut Country, builder: RequestBuilder| {
        let request = builder.once(&mut country.rng).unwrap().message;
        let consent = phone.credential.review(&request, &country.heads()).unwrap();
        [Language::English, Language::Chinese].map(|language| consent.sentences(language).join("\n"))
    };
    for (age, english, chinese) in [
        (DAY, "at most 1 day old", "1天前"),
        (2 * HOUR, "at most 2 hours old", "2小时前"),
        (Duration::from_secs(90), "at most 90 seconds old", "90秒前"),
        (Duration::from_secs(120), "at most 2 minutes old", "2分钟前"),
    ] {
        let builder = ask(&country, age);
        let [found, also] = said(&mut country, builder);
        assert!(found.matches(english).count() == 2 && also.matches(chinese).count() == 2, "{found} {also}");
        assert!(
            found.contains("and how recent your phone’s lists are; beyond that it cannot, by this answer alone, link"),
            "{found}"
        );
        assert!(also.contains("以及您手机上名单的新旧程度；除此之外"), "{also}");
    }
    // With more learnt, a sentence of its own.
    let builder = ask(&country, DAY).disclose("sex");
    let [found, also] = said(&mut country, builder);
    assert!(found.contains("see how recent your phone’s lists are"), "{found}");
    assert!(also.contains("名单的新旧程度，与您相同的人可能不多"), "{also}");
    let builder = country.hotel();
    let [found, also] = said(&mut country, builder);
    assert!(!found.contains("recent") && !also.contains("新旧"), "{found} {also}");
}

/// A wallet states its own epoch: not a newer one that it has seen, not an older one of which it
/// has a witness; and its decoys state the same. Check 06-72.
#[test]
fn a_wallet_states_the_epoch_that_it_is_at() {
    let mut country = Country::new(77);
    let mut host = Host::enrolled(&mut country, None);
    let all = |host: &mut Host, country: &mut Country| {
        country.sets.clone().map(|set| match host.wallet.seen(&set) {
            Ok(heads) => heads,
            Err(_) => {
                let (_, seen) = confirm(host.wallet.see(&set, country.now, &mut country.rng).unwrap());
                seen.counts().unwrap()
            }
        })
    };
    let old = all(&mut host, &mut country);
    let first = digests(&country.heads);
    let epochs = country.close_epoch();
    let new = all(&mut host, &mut country);
    let heads = [&old[0], &old[1], &new[0], &new[1]];
    let request = asked(&mut country, DAY).message;
    let shown = |host: &mut Host, heads: &[&SeenHeads], decoy: bool, now| {
        let consent = if decoy {
            host.wallet.review_for_decoy_uncertified(&request, heads, &[], now)
        } else {
            host.wallet.review_uncertified(&request, heads, &[], now)
        };
        let presentation = host.wallet.present(consent?, now, &mut host.device, &mut OsRng)?;
        Ok::<_, WalletError>(stated(&presentation.to_bytes()))
    };
    let now = country.now;
    assert_eq!(shown(&mut host, &heads, false, now).unwrap(), first);
    assert_eq!(shown(&mut host, &heads, true, now).unwrap(), first);
    let unknown = PresentError::UnknownHeads(old[0].name().clone());
    assert_eq!(shown(&mut host, &heads[2..], false, now), Err(WalletError::Present(unknown.clone())));

    let shard = usize::from(host.wallet.shard().unwrap().number());
    for (heads, epoch) in new.iter().zip(&epochs) {
        let mut way = host.wallet.catch_up(0, heads, EpochProofs::Verify).unwrap();
        way.follow(EpochUpdate::from_bytes(&epoch.updates[shard].to_bytes()).unwrap(), &mut OsRng).unwrap();
        let witness = way.finish(&mut OsRng).unwrap();
        host.wallet.adopt(0, witness, heads, &mut OsRng).unwrap().confirm_stored();
    }
    assert_eq!(shown(&mut host, &heads, false, now).unwrap(), digests(&country.heads));
    // It has former witnesses for these, and does not state them.
    assert_eq!(shown(&mut host, &heads[..2], false, now), Err(WalletError::Present(unknown)));

    // Too old for the rule: no answer, but a decoy as from others.
    let after = now.checked_add(86_401).unwrap();
    let [status, _] = [&new[0], &new[1]].map(|heads| heads.name().clone());
    let stale = WalletError::Present(PresentError::OldLists { list: status, phone: Epoch::new(1) });
    assert_eq!(shown(&mut host, &heads, false, after), Err(stale));
    assert_eq!(shown(&mut host, &heads, true, after).unwrap(), digests(&country.heads));
}

/// Of two credentials on one list both are answered under the epoch at which the one is that is
/// behind. Check 06-72.
#[test]
fn two_credentials_state_one_epoch_of_a_list() {
    let mut country = Country::new(78);
    let mut phone = country.enrol();
    let licences = Issuer::random(Schema::resident_card(), KeyVersion(9), &mut country.rng);
    country.platform.add_issuer(licences.parameters().clone(), licences.share_key()).unwrap();
    let second = Generation::new(60).unwrap();
    let handles = [country.handle_key.status(&country.card, second), {
        let list = country.flag.list_keys();
        country.handle_key.flag(list.name(), &country.person)
    }];
    let terms = Terms {
        slot: SlotId([6; 16]),
        generation: second,
        shard: phone.credential.shard().number(),
        handles,
        values: Schema::card_values(&record("adult-female")),
        factors: AssuranceFactors::CHIP_READ,
    };
    let licence = country.issue_by(&licences, terms, &phone.recovery, &mut phone.device);
    let first = country.heads.clone();
    let epochs = country.close_epoch();
    phone.follow(&mut country, &epochs);
    let builder = ask(&country, DAY).and(licences.parameters());
    let [status, flag] = country.heads.each_ref().map(|heads| heads.name());
    let asked = builder.present_lately_on(status, DAY).present_lately_on(flag, DAY).once(&mut OsRng).unwrap();
    let newest = country.heads.clone();
    let heads = [&first[0], &first[1], &newest[0], &newest[1]];
    let both = [&phone.credential, &licence];
    let consent = review(&asked.message, &both, &WalletContext::at(&heads)).unwrap();
    let shown = present(&both, consent, Vec::new(), &mut phone.device, &mut OsRng).unwrap().to_bytes();
    assert_eq!(stated(&shown), [digests(&first), digests(&first)].concat());
    assert_eq!(country.settle(asked.state, &shown), Verdict::Verified);
    // Where a request names the epoch for the one that is behind, the other is at its own.
    let builder = ask(&country, DAY).and(licences.parameters()).present_on(&first[0]).present_on(&first[1]);
    let asked = builder.once(&mut OsRng).unwrap();
    let consent = review(&asked.message, &both, &WalletContext::at(&heads)).unwrap();
    let shown = present(&both, consent, Vec::new(), &mut phone.device, &mut OsRng).unwrap().to_bytes();
    assert_eq!(stated(&shown), digests(&newest));
    assert_eq!(country.settle(asked.state, &shown), Verdict::Verified);
}

/// Of a list that nothing else of the request is asked of.
#[test]
fn one_list_alone_is_asked_at_any_epoch() {
    let mut country = Country::new(80);
    let mut phone = country.enrol();
    let builder = PresentationRequest::builder(country.issuer.parameters(), HOTEL, "check-in");
    let asked = builder.present_lately_on(country.heads[0].name(), DAY).once(&mut OsRng).unwrap();
    let shown = phone.present(&mut country, &asked.message);
    assert_eq!(stated(&shown), digests(&country.heads)[..1]);
    assert_eq!(country.settle(asked.state, &shown), Verdict::Verified);
}

/// By tickets, which are for the epoch that is stated; in a batch, too.
#[test]
fn a_desk_that_verifies_itself_takes_a_stated_epoch_with_its_ticket() {
    let mut country = Country::new(79);
    let mut phone = country.enrol();
    let (helper, desk, number) = (country.helper(), country.verifier(), TicketNumber::FIRST);
    let printed = ask(&country, HOUR).verified_by(|_| Mode::Ticket(number)).standing(NOW, later(86_400)).unwrap();
    let order = |country: &mut Country, phone: &Phone| {
        let (heads, one) = (country.heads(), TicketCount::ONE);
        let known = WalletContext::at(&heads);
        let ordered = order_tickets(printed.message(), number, &[&phone.credential], &known, one, &mut OsRng).unwrap();
        let committed = helper.commit(&ordered.message, &mut OsRng).unwrap();
        let challenged = ordered.state.challenge(&committed.message, &mut OsRng).unwrap();
        challenged.state.finish(&helper.answer(committed.state, &challenged.message).unwrap()).unwrap()
    };
    let mut answers = Vec::new();
    let mut early = Vec::new();
    for _ in 0..2 {
        let tickets = order(&mut country, &phone);
        early = order(&mut country, &phone);
        let heads = country.heads();
        let consent = review(printed.message(), &[&phone.credential], &WalletContext::at(&heads)).unwrap();
        let shown = present(&[&phone.credential], consent, tickets, &mut phone.device, &mut OsRng).unwrap();
        answers.push(shown.to_bytes());
        let epochs = country.close_epoch();
        for heads in &country.heads {
            desk.accept_heads(heads, country.now).unwrap();
        }
        phone.follow(&mut country, &epochs);
    }
    assert_eq!(desk.known_epochs(country.now), country.platform.known_epochs(country.now));
    // A ticket of the epoch before is for no answer under this one.
    let heads = country.heads();
    let consent = review(printed.message(), &[&phone.credential], &WalletContext::at(&heads)).unwrap();
    let refused = present(&[&phone.credential], consent, early, &mut phone.device, &mut OsRng).unwrap_err();
    assert_eq!(refused, PresentError::NoTicket);
    let answers = answers.iter().map(|answer| printed.answered(answer, &mut OsRng)).collect();
    let outcomes = desk.conclude_standing_batch(answers, country.now).unwrap();
    let verdicts: Vec<Verdict> = outcomes.into_iter().map(|outcome| outcome.verdict).collect();
    // Epoch 0 is no more, epoch 1 counts for the time of grace.
    assert_eq!(verdicts, [Verdict::Refused, Verdict::Verified]);
}
