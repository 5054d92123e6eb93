//! Requests with answers, honest and not, to be sent as they are or changed.

use selfsame::hazmat::{present_anyway, review_any_lists};
use selfsame::presentation::present;

use crate::statements::world::{Holder, World};
use testkit::cbor::bytes;
use testkit::prelude::*;

/// A request and what was sent for it.
#[derive(Clone)]
pub struct Call {
    pub request: Tree,
    pub presentation: Tree,
    /// Nothing, or what makes the call of a window unlike others.
    pub nonce: Vec<u8>,
}

impl Call {
    pub fn to_bytes(&self) -> Vec<u8> {
        call_of(&self.request.to_bytes(), &self.presentation.to_bytes(), &self.nonce)
    }

    /// The call with one thing changed.
    pub fn with(&self, change: impl FnOnce(&mut Item, &mut Item)) -> Vec<u8> {
        let mut call = self.clone();
        change(&mut call.request.body, &mut call.presentation.body);
        call.to_bytes()
    }

    /// The call with something changed in the first statement about the first credential.
    pub fn with_statement(&self, change: impl FnOnce(&mut Item)) -> Vec<u8> {
        self.with(|request, _| change(statement(request, 0, 0)))
    }
}

/// The item of a statement in a request's body.
pub fn statement(request: &mut Item, credential: usize, place: usize) -> &mut Item {
    request.at_mut(3).at_mut(credential).at_mut(6).at_mut(place)
}

/// A VerificationCall of any bytes.
pub fn call_of(request: &[u8], presentation: &[u8], nonce: &[u8]) -> Vec<u8> {
    let body = Item::Map(vec![bytes(request), bytes(presentation), bytes(nonce)]);
    Tree { envelope: [SUITE, 1, 8], body }.to_bytes()
}

/// One piece of a run of points, or of a presentation's key 5, which has scalars.
pub fn piece(body: &mut Item, key: usize, place: usize) -> &mut [u8] {
    body.piece_mut(key, place)
}

/// The same scalar, one more.
pub fn increment(scalar: &mut [u8]) {
    let one = testkit::curve::Scalar::ONE;
    let sum = testkit::reference::scalar(&scalar.try_into().unwrap()) + one;
    scalar.copy_from_slice(&sum.to_bytes());
}

impl World {
    /// An honest answer to this request, or one without looking.
    fn answer(&mut self, holders: &[Holder], request: &PresentationRequest, shows: Option<u32>, anyway: bool) -> Tree {
        let auditors = self.auditors();
        let sets: Vec<VerifiedCodeSet> = self.sets.iter().map(|set| set.verified.clone()).collect();
        let sets: Vec<&VerifiedCodeSet> = sets.iter().collect();
        let heads = [&self.country.heads[0], &self.country.heads[1]];
        let digits = self.digits.verified.clone();
        let digits = [&digits];
        let known = WalletContext::at(&heads).with_sets(&sets).with_digits_unchecked(&digits);
        let known = known.with_auditors_unchecked(&auditors).with_uses_unchecked(shows);
        let mut device = std::mem::replace(&mut self.phone.device, SoftwareDevice::random(&mut self.country.rng));
        let mut rng = selfsame::hazmat::SeededRng::new(draw(&mut self.country.rng));
        let credentials: Vec<_> = holders.iter().map(|holder| self.credential(*holder)).collect();
        let presentation = if anyway {
            present_anyway(&credentials, request, &known, &mut device.unlocked_by(willing), &mut rng).unwrap()
        } else {
            let consent = review_any_lists(request, &credentials, &known).unwrap();
            present(&credentials, consent, Vec::new(), &mut device.unlocked_by(willing), &mut rng).unwrap()
        };
        self.phone.device = device;
        Tree::parse(&presentation.to_bytes())
    }

    /// The request with its numbers shown as the suite shows them, where it has one way alone.
    pub fn usually(&self, builder: RequestBuilder) -> RequestBuilder {
        if SUITE == 2 { builder.in_digits(&self.digits.verified) } else { builder }
    }

    fn call(&mut self, holders: &[Holder], builder: RequestBuilder, shows: Option<u32>, anyway: bool) -> Call {
        let builder = self.usually(builder);
        let request = builder.within(Effort::ANY).once(&mut self.country.rng).unwrap().message;
        let presentation = self.answer(holders, &request, shows, anyway);
        Call { request: Tree::parse(&request.to_bytes()), presentation, nonce: Vec::new() }
    }

    /// A request of the card and the honest answer.
    pub fn honest(&mut self, builder: RequestBuilder) -> Call {
        self.call(&[Holder::Card], builder, None, false)
    }

    pub fn honest_of(&mut self, holders: &[Holder], builder: RequestBuilder) -> Call {
        self.call(holders, builder, None, false)
    }

    /// The answer of a holder with so many shows behind it.
    pub fn shown(&mut self, holders: &[Holder], builder: RequestBuilder, shows: u32) -> Call {
        self.call(holders, builder, Some(shows), false)
    }

    /// The answer of a wallet that looks at nothing.
    pub fn lie(&mut self, holders: &[Holder], builder: RequestBuilder, shows: u32) -> Call {
        self.call(holders, builder, Some(shows), true)
    }

    /// A request for the window of an hour from now on, with an answer.
    pub fn standing(&mut self, builder: RequestBuilder) -> Call {
        self.standing_until(builder, testkit::later(3600))
    }

    /// The same for another window from now on.
    pub fn standing_until(&mut self, builder: RequestBuilder, until: Timestamp) -> Call {
        let standing = builder.within(Effort::ANY).standing(testkit::NOW, until).unwrap();
        let request = standing.message().clone();
        let presentation = self.answer(&[Holder::Card], &request, None, false);
        Call { request: Tree::parse(&request.to_bytes()), presentation, nonce: vec![9; 16] }
    }
}

pub fn draw(rng: &mut impl rand_core::RngCore) -> [u8; 32] {
    let mut seed = [0; 32];
    rng.fill_bytes(&mut seed);
    seed
}

/// A user who passes a check that is demanded.
fn willing(demanded: LocalChecks) -> Option<LocalCheck> {
    [LocalCheck::Passcode, LocalCheck::Fingerprint, LocalCheck::Face].into_iter().find(|one| demanded.contains(*one))
}
