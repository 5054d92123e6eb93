//! Both sides of each bound on time (spec 02 §2.2, spec 06 §7.1).

use crate::statements::answers::refused;
use crate::statements::call::Call;
use crate::statements::file::Expected;
use crate::statements::world::World;
use testkit::prelude::*;
use testkit::{earlier, later};

pub fn all(world: &mut World) -> Vec<Expected> {
    [heads(world), windows(world), periods(world)].concat()
}

/// The same call, taken at one instant and refused at another.
fn edge(
    call: &Call,
    flag: &'static str,
    check: &'static str,
    [last, first]: [Timestamp; 2],
    what: &str,
) -> Vec<Expected> {
    let bytes = call.to_bytes();
    vec![
        Expected::valid("VerificationCall", format!("{what}: still taken"), bytes.clone()).at(last.as_secs()),
        refused(flag, check, format!("{what}: a second beyond"), bytes).at(first.as_secs()),
    ]
}

fn heads(world: &mut World) -> Vec<Expected> {
    let builder = world.ask().present_on(&world.country.heads[0]);
    let call = world.honest(builder);
    let age = FRESHNESS.max_age.as_secs();
    let tolerance = CLOCK_TOLERANCE.as_secs();
    [
        edge(&call, "HeadTooOld", "06-48", [later(age), later(age + 1)], "heads as old as the platform takes them"),
        edge(
            &call,
            "HeadFromFuture",
            "06-48",
            [earlier(tolerance), earlier(tolerance + 1)],
            "heads as far ahead as clocks may differ",
        ),
    ]
    .concat()
}

fn windows(world: &mut World) -> Vec<Expected> {
    let builder = world.ask();
    let call = world.standing_until(builder, later(3600));
    let no_nonce = Call { nonce: Vec::new(), ..call.clone() };
    let tolerance = CLOCK_TOLERANCE.as_secs();
    [
        edge(&call, "WindowOver", "06-45", [later(3600), later(3601)], "the last second of a window"),
        edge(
            &call,
            "WindowNotYet",
            "06-45",
            [earlier(tolerance), earlier(tolerance + 1)],
            "a window as far ahead as clocks may differ",
        ),
        vec![refused("CallWithoutNonce", "06-68", "a window's call without a nonce", no_nonce.to_bytes())],
    ]
    .concat()
}

fn periods(world: &mut World) -> Vec<Expected> {
    let builder = world.ask_listed().limit(Scope::new("visits"), 3, NOW..=later(3600));
    let call = world.shown(&[crate::statements::world::Holder::Card], builder, 0);
    let tolerance = CLOCK_TOLERANCE.as_secs();
    [
        edge(&call, "LimitPeriodOver", "06-46", [later(3600), later(3601)], "the last second of a period"),
        edge(
            &call,
            "LimitPeriodNotYet",
            "06-46",
            [earlier(tolerance), earlier(tolerance + 1)],
            "a period as far ahead as clocks may differ",
        ),
    ]
    .concat()
}
