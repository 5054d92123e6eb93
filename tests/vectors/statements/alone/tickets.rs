//! A helper that makes tickets without being asked, and a holder that shows none (spec 14 §1).

use crate::statements::answers::refused;
use crate::statements::call::{call_of, draw};
use crate::statements::file::Expected;
use crate::statements::single::asked;
use crate::statements::world::World;
use testkit::curve::Scalar;
use testkit::prelude::*;
use testkit::reference::scalar;
use testkit::rogue::{Draft, Head, Holder};
use testkit::rogue_ticket::{KeyOfTicket, Ticket, of_helper};

const SHARD: usize = 2;

/// What the helper has: the issuer's key and that of the status list.
struct Rogue {
    holder: Holder,
    keys: [KeyOfTicket; 2],
    heads: HeadSet,
}

impl Rogue {
    fn new(world: &mut World) -> Self {
        let holder = Holder::enrol(&mut world.country);
        let Country { issuer, status, .. } = &world.country;
        let heads = status.heads().clone();
        let head = Head::read(Tree::parse(&heads.to_bytes()).body.at(1).at(SHARD));
        let alpha = scalar(&selfsame::hazmat::accumulator_secrets(&status.share_keys())[SHARD]);
        let keys = [KeyOfTicket::issuer(issuer.parameters(), &issuer.share_key()), KeyOfTicket::list(&head, alpha)];
        Self { holder, keys, heads }
    }

    /// Ā, its image and D', then W̄ and its image.
    fn ticket(&self, draft: &Draft, nonces: &[Scalar], rng: &mut SeededRng) -> Ticket {
        let [a_bar, a_image, _, w_bar, w_image] = draft.points[..] else { panic!("other points") };
        of_helper(&self.keys, &[[a_bar, a_image], [w_bar, w_image]], nonces, rng)
    }

    fn call(&self, request: &[u8], rng: &mut SeededRng, change: impl FnOnce(&mut Draft, &mut SeededRng)) -> Vec<u8> {
        let mut own = SeededRng::new(draw(rng));
        let heads = std::slice::from_ref(&self.heads);
        call_of(request, &self.holder.present(request, heads, rng, |draft| change(draft, &mut own)), &[])
    }
}

pub fn all(world: &mut World) -> Vec<Expected> {
    let rogue = Rogue::new(world);
    let by = Mode::Ticket(TicketNumber::new(0).unwrap());
    let builder = world.ask().present_on(&world.country.heads[0]).verified_by(|_| by);
    let request = asked(world, builder);
    let mut rng = SeededRng::new(draw(&mut world.country.rng));
    let nonces = [Scalar::random(&mut rng), Scalar::random(&mut rng)];
    let mut with = |nonces: &[Scalar], change: &dyn Fn(&mut Ticket)| {
        rogue.call(&request, &mut rng, |draft, rng| {
            let mut ticket = rogue.ticket(draft, nonces, rng);
            change(&mut ticket);
            draft.tickets.push(ticket);
        })
    };
    let flag = "ForgedTicket";
    let mut made = vec![
        Expected::valid("VerificationCall", "a ticket that its helper made at once", with(&nonces, &|_| {})),
        refused(flag, "06-54", "a ticket with a response for no key, in the transcript too", {
            with(&nonces, &|ticket| ticket.scalars.push(Scalar::ONE))
        }),
        refused(flag, "06-54", "a ticket of which a key's commitment is the identity", {
            with(&[Scalar::ZERO, nonces[1]], &|_| {})
        }),
    ];
    let without = rogue.call(&request, &mut rng, |_, _| {});
    made.push(refused("MissingTicket", "06-54", "no ticket where one is asked, in the transcript neither", without));
    made
}
