//! Checks of the device's user that a request demands (spec 06 §8).

use crate::statements::answers::refused;
use crate::statements::call::Call;
use crate::statements::file::Expected;
use crate::statements::valid::call;
use crate::statements::world::{Holder, World};
use testkit::prelude::*;

const BOTH: [Holder; 2] = [Holder::Card, Holder::Licence];

pub fn all(world: &mut World) -> Vec<Expected> {
    let finger = LocalChecks::only(LocalCheck::Fingerprint);
    let builder = world.ask().unlocked_by(finger);
    let one = world.honest(builder);
    let builder = world.ask_listed().pseudonym(Scope::new("account")).unlocked_by(finger.or(LocalCheck::Face));
    let several = world.honest(builder);
    let builder = world.ask().and(world.transport.parameters()).unlocked_by(LocalChecks::from_bits(7).unwrap());
    let two = world.honest_of(&BOTH, builder);
    let builder = world.ask();
    let none = world.honest(builder);
    let mut made = vec![
        call("a fingerprint is demanded", &one),
        call("a face or a fingerprint is demanded", &several).showing(&[several.presentation.body.at(3).points()[4]]),
        call("any check is demanded, of two credentials", &two),
    ];
    let demand = |of: &Call, bits: u64| {
        of.with(|request, _| {
            request.items_mut().truncate(6);
            request.items_mut().push(Item::Uint(bits));
        })
    };
    let dropped = |of: &Call| of.with(|request, _| request.items_mut().truncate(6));
    made.extend(
        [
            ("another check is demanded than the one that was asked", demand(&one, 1)),
            ("one check more will do than those that were asked", demand(&one, 6)),
            ("one check less will do than those that were asked", demand(&several, 2)),
            ("no check is demanded, where one was asked", dropped(&one)),
            ("no check is demanded, where any was asked, of two credentials", dropped(&two)),
            ("a check is demanded, where none was asked", demand(&none, 2)),
        ]
        .map(|(comment, bytes)| refused("OtherDemand", "06-55", comment, bytes)),
    );
    let request = |bits| {
        let mut request = one.request.clone();
        *request.body.at_mut(7) = Item::Uint(bits);
        request.to_bytes()
    };
    made.push(Expected::valid("PresentationRequest", "a passcode or a face is demanded", request(5)));
    made.extend([("no check will do", 0), ("a check that is not known will do", 8)].map(|(comment, bits)| {
        Expected::invalid("PresentationRequest", "UnknownLocalCheck", "06-60", comment, request(bits))
    }));
    made
}
