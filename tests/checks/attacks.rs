//! Every attack scenario of the check-in example is refused until its one defect is repaired.

#[path = "../../examples/hotel_checkin/attack.rs"]
#[allow(dead_code, reason = "the example tells the stories, the test does not")]
mod attack;
#[path = "../../examples/hotel_checkin/world.rs"]
#[allow(dead_code, reason = "the example prints and dumps, the test does not")]
mod world;

use attack::{Scenario, attempt};
use testkit::prelude::*;
use world::{Result, World};

fn verdict(scenario: Scenario, repaired: bool) -> Result<(Verdict, bool)> {
    let path = format!("{}/test-vectors/chip-records/adult-female.bin", testkit::ROOT);
    let record = ChipRecord::parse(&std::fs::read(path)?)?;
    let mut world = World::new(Timestamp::from_civil(2026, 3, 1).ok_or("no such day")?)?;
    let mut phone = world.enrol(&record)?;
    let attempt = attempt(&mut world, &mut phone, scenario, repaired)?;
    let answer = world.platform.answer(&attempt.relayed.message.to_bytes(), world.now).unwrap();
    Ok((attempt.relayed.state.conclude(&answer, &world.platform.public_key()).verdict, attempt.honest_wallet.is_some()))
}

#[test]
fn each_attempt_fails_for_its_defect_alone() -> Result<()> {
    for (name, scenario) in Scenario::ALL {
        assert_eq!(verdict(scenario, false)?.0, Verdict::Refused, "{name}");
        assert_eq!(verdict(scenario, true)?.0, Verdict::Verified, "{name}, repaired");
    }
    Ok(())
}

#[test]
fn the_honest_wallet_refuses_where_it_can_know() -> Result<()> {
    for scenario in [Scenario::Flagged, Scenario::Revoked, Scenario::StaleHead, Scenario::WrongDevice] {
        assert!(verdict(scenario, false)?.1, "{scenario:?}");
    }
    Ok(())
}
