//! Requests beyond their certificate (spec 15 §4.2), each by one part.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::prelude::*;
use testkit::vectors::{File, Group, Vector};

use super::world::{DAY, NAME, PURPOSE, Part, World};
use super::{input, part, sign};

pub fn groups(file: File, world: &mut World, state: &Value) -> File {
    let parts = Group::new(
        "parts",
        "SignedRequest",
        "A request for all there is, under certificates that permit all but one part",
        state.clone(),
    );
    let parts = parts.with_all(of_parts(world));
    let edges =
        Group::new("edges", "SignedRequest", "Windows, ages, lists and conclusions at their edges", state.clone());
    let edges =
        edges.with_all(windows(world)).with_all(ages(world)).with_all(lists(world)).with_all(conclusions(world));
    file.group(parts).group(edges)
}

const fn flag(part: Part) -> &'static str {
    match part {
        Part::Purpose => "BeyondPurpose",
        Part::Link => "BeyondLink",
        Part::Window => "BeyondWindow",
        Part::Outlives => "Outlives",
        Part::Tickets => "BeyondTickets",
        Part::Card | Part::Licence => "BeyondCredential",
        Part::DiscloseSex | Part::DiscloseClass => "BeyondDisclosure",
        Part::Status | Part::Flag => "BeyondList",
        Part::IdNumber | Part::Holder | Part::BirthDate | Part::Since | Part::Region | Part::Factors | Part::Name => {
            "BeyondStatement"
        }
        Part::Pseudonym | Part::Limit => "BeyondScope",
        Part::Escrow => "BeyondAuditors",
    }
}

fn of_parts(world: &World) -> Vec<Vector> {
    let request = world.standing(world.everything(), NOW, later(DAY)).to_bytes();
    let of = |without: Part| {
        let signed = sign(world, &world.certificate(Some(without)).to_bytes(), &request);
        let name = format!("{without:?}");
        let slug: String = name.chars().enumerate().fold(String::new(), |slug, (i, c)| {
            let hyphen = if c.is_ascii_uppercase() && i > 0 { "-" } else { "" };
            slug + hyphen + &c.to_ascii_lowercase().to_string()
        });
        let comment = format!("without what {} takes", slug.replace('-', " "));
        let vector = Vector::invalid(slug, flag(without), "15-15", comment, input(&signed, NOW));
        vector.trace("part", part(world, &signed, NOW))
    };
    Part::ALL.map(of).into()
}

/// A request under a certificate that says so, taken or refused.
struct Edges<'a> {
    world: &'a World,
}

impl Edges<'_> {
    fn draft(&self, until: Timestamp) -> CertificateDraft {
        let validity = KeyValidity { from: NOW, until };
        DeskCertificate::draft(NAME, &self.world.desk.public_key(), validity).purpose(PURPOSE)
    }

    fn signed(&self, draft: CertificateDraft, request: &PresentationRequest) -> Vec<u8> {
        sign(self.world, &self.world.authority.certify(draft).unwrap().to_bytes(), &request.to_bytes())
    }

    fn takes(&self, slug: &str, comment: &str, draft: CertificateDraft, request: &PresentationRequest) -> Vector {
        let signed = self.signed(draft, request);
        let output = json!({ "request": hex::encode(request.to_bytes()) });
        Vector::valid(slug, comment, input(&signed, NOW), output)
    }

    fn refuses(
        &self,
        slug: &str,
        flag: &'static str,
        comment: &str,
        draft: CertificateDraft,
        request: &PresentationRequest,
    ) -> Vector {
        let signed = self.signed(draft, request);
        let vector = Vector::invalid(slug, flag, "15-15", comment, input(&signed, NOW));
        vector.trace("part", part(self.world, &signed, NOW))
    }
}

fn windows(world: &World) -> Vec<Vector> {
    let edges = Edges { world };
    let draft =
        |window: u64| edges.draft(later(90 * DAY)).permit(world.lists_alone()).standing(Duration::from_secs(window));
    let none = || edges.draft(later(90 * DAY)).permit(world.lists_alone());
    let ask = |from, until| world.standing(world.ask(), from, until);
    let short = || edges.draft(later(DAY)).permit(world.lists_alone()).standing(Duration::from_secs(DAY));
    vec![
        edges.takes("window-as-long", "a window as long as permitted", draft(DAY), &ask(NOW, later(DAY))),
        edges.takes("window-of-0", "an instant, where 0 seconds are permitted", draft(0), &ask(NOW, NOW)),
        edges.refuses("window-longer", "BeyondWindow", "a second longer", draft(DAY), &ask(NOW, later(DAY + 1))),
        edges.refuses("instant-without", "BeyondWindow", "an instant, where none is permitted", none(), &ask(NOW, NOW)),
        edges.refuses(
            "from-0-for-ever",
            "BeyondWindow",
            "from the first instant to the last",
            draft(DAY),
            &ask(Timestamp::from_secs(0), Timestamp::from_secs(u64::MAX)),
        ),
        edges.takes(
            "window-before-end",
            "a window that ends a second before the certificate",
            short(),
            &ask(NOW, later(DAY - 1)),
        ),
        edges.refuses(
            "window-at-end",
            "Outlives",
            "a window that ends when the certificate does",
            short(),
            &ask(NOW, later(DAY)),
        ),
    ]
}

fn ages(world: &mut World) -> Vec<Vector> {
    let [status, flag] = world.country.heads.each_ref().map(|heads| heads.name().clone());
    let mut ask = |ages: [u64; 2]| {
        let [one, other] = ages.map(Duration::from_secs);
        let asked = world.ask_nothing().present_lately_on(&status, one).present_lately_on(&flag, other);
        world.once(asked)
    };
    let (both, older, second) = (ask([3_600, 3_600]), ask([3_601, 60]), ask([60, 3_601]));
    let edges = Edges { world };
    let draft = || edges.draft(later(90 * DAY)).permit(world.lists_alone());
    let hour = || draft().present_lately(Duration::from_secs(3_600));
    vec![
        edges.takes("age-as-great", "ages as great as permitted", hour(), &both),
        edges.refuses("age-greater", "BeyondAge", "an age of a second more", hour(), &older),
        edges.refuses("second-age-greater", "BeyondAge", "the second list's age is a second more", hour(), &second),
        edges.refuses("age-without", "BeyondAge", "an epoch left open, where none may be", draft(), &both),
    ]
}

fn lists(world: &mut World) -> Vec<Vector> {
    let (none, all) = (world.once(world.ask_nothing()), world.once(world.ask()));
    let one = world.once(world.ask_nothing().present_on(&world.country.heads[0]));
    let edges = Edges { world };
    let card = || DeskPermissions::of(&Schema::resident_card());
    let draft = |permissions: PermissionsBuilder| edges.draft(later(90 * DAY)).permit(permissions);
    let names = world.country.heads.each_ref().map(|heads| heads.name().clone());
    vec![
        edges.takes("no-lists", "no list, where none is permitted", draft(card()), &none),
        edges.takes("one-list", "the one list that is permitted", draft(card().present_on(&names[0])), &one),
        edges.refuses(
            "one-of-two",
            "BeyondList",
            "one list of the two that are always asked for",
            draft(world.lists_alone()),
            &one,
        ),
        edges.refuses(
            "none-of-two",
            "BeyondList",
            "none of the two lists that are always asked for",
            draft(world.lists_alone()),
            &none,
        ),
        edges.refuses(
            "two-of-one",
            "BeyondList",
            "two lists, where one is permitted",
            draft(card().present_on(&names[0])),
            &all,
        ),
    ]
}

/// What several statements leave together: one number of a subject is a disclosure.
fn conclusions(world: &mut World) -> Vec<Vector> {
    let digits = world.digits.clone();
    let ask = |world: &mut World, change: &dyn Fn(RequestBuilder) -> RequestBuilder| {
        let asked = digits.iter().fold(world.ask_nothing(), RequestBuilder::in_digits);
        world.once(change(asked))
    };
    let two_days = ask(world, &|asked| asked.between("birth-date", 20_000..=20_001));
    let one_day = ask(world, &|asked| asked.between("birth-date", 20_000..=20_000));
    let but_one = ask(world, &|asked| {
        let day = Days::from_number(20_001);
        asked.between("birth-date", 20_000..=20_001).differs("birth-date", selfsame::schema::Value::Date(day))
    });
    let elsewhere = ask(world, &|asked| {
        let day = Days::from_number(20_002);
        asked.between("birth-date", 20_000..=20_001).differs("birth-date", selfsame::schema::Value::Date(day))
    });
    let sex = ask(world, &|asked| asked.at_most("sex", 1));
    let first_day = ask(world, &|asked| asked.pseudonym_since(Days::from_number(0)));
    let edges = Edges { world };
    let card =
        || DeskPermissions::of(&Schema::resident_card()).between("birth-date").differs("birth-date").between("sex");
    let card = || card().pseudonym_since();
    let draft = || edges.draft(later(90 * DAY)).permit(card());
    let shown = |name: &str| edges.draft(later(90 * DAY)).permit(card().disclose(name));
    vec![
        edges.takes("two-days", "an interval of two days", draft(), &two_days),
        edges.refuses("one-day", "Conclusion", "an interval of one day", draft(), &one_day),
        edges.takes("one-day-shown", "an interval of one day, which may be seen", shown("birth-date"), &one_day),
        edges.refuses(
            "two-days-but-one",
            "Conclusion",
            "an interval of two days, and not one of them",
            draft(),
            &but_one,
        ),
        edges.takes("but-another", "an interval of two days, and not a third one", draft(), &elsewhere),
        edges.refuses("one-sex", "Conclusion", "a bound that leaves one of two codes, by the schema", draft(), &sex),
        edges.takes("one-sex-shown", "the same, which may be seen", shown("sex"), &sex),
        edges.refuses(
            "first-day",
            "Conclusion",
            "a pseudonym that stands since the first day of all",
            draft(),
            &first_day,
        ),
    ]
}
