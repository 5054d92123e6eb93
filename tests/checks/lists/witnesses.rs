//! What a holder receives (spec 07 §5.2).

use testkit::curve::Scalar;

use super::{genesis, response, three};
use testkit::prelude::*;
use testkit::reference::scalar;
use testkit::rogue::{Ask, Epoch, Head, Owner};

struct Receiver {
    owners: [Owner; 2],
    heads: [Vec<Head>; 2],
    handles: [Scalar; 2],
    response: Tree,
    state: RequestState,
}

impl Receiver {
    fn new(classes: [ListClass; 2]) -> Self {
        let owners = [Owner::new(64, classes[0]), Owner::new(65, classes[1])];
        let heads = owners.each_ref().map(genesis);
        let (response, state) = response();
        let mut response = Tree::parse(&response);
        let handles = [3, 4].map(|key| scalar(&response.body.at(key).run()[0]));
        for i in 0..2 {
            *response.body.at_mut(9 + i) = owners[i].witness(&heads[i][2], &handles[i]);
        }
        Self { owners, heads, handles, response, state }
    }

    fn receive(mut self) -> Result<Credential, IssuanceError> {
        self.response.body.pad_response();
        let response = CredentialResponse::from_bytes(&self.response.to_bytes()).unwrap();
        let [status, flag] = [0, 1].map(|i| self.owners[i].served(&self.heads[i]));
        self.state.receive(&response, &status, &flag).map_err(|failed| failed.error)
    }

    fn witness_error(self) -> ListError {
        match self.receive().unwrap_err() {
            IssuanceError::List(error) => error,
            other => panic!("{other}"),
        }
    }
}

/// Checks 04-19, 07-20.
#[test]
fn each_witness_is_of_the_class_it_stands_for() {
    use ListClass::{Flag, Status};
    assert!(Receiver::new([Status, Flag]).receive().is_ok());
    for classes in [[Flag, Flag], [Status, Status], [Flag, Status]] {
        assert_eq!(Receiver::new(classes).witness_error(), ListError::WrongHead);
    }
}

/// Checks 04-21, 04-22, 07-20, 07-21.
#[test]
fn a_witness_is_of_the_epoch_and_the_shard_of_the_holder() {
    for i in 0..2 {
        let new = || Receiver::new([ListClass::Status, ListClass::Flag]);
        let mut receiver = new();
        *receiver.response.body.at_mut(9 + i).at_mut(0) = Item::Uint(1);
        assert_eq!(receiver.witness_error(), ListError::WrongHead);

        let mut receiver = new();
        *receiver.response.body.at_mut(9 + i) = receiver.owners[i].witness(&receiver.heads[i][1], &receiver.handles[i]);
        assert_eq!(receiver.witness_error(), ListError::BadWitness);

        // Of an epoch that is not the one of the heads.
        let mut receiver = new();
        let (_, next) = Epoch::new(&receiver.owners[i], &receiver.heads[i][2], &three()).finish();
        *receiver.response.body.at_mut(9 + i) = receiver.owners[i].witness(&next, &receiver.handles[i]);
        assert_eq!(receiver.witness_error(), ListError::WrongHead);
        let mut receiver = new();
        *receiver.response.body.at_mut(9 + i) = receiver.owners[i].witness(&next, &receiver.handles[i]);
        *receiver.response.body.at_mut(9 + i).at_mut(0) = Item::Uint(0);
        assert_eq!(receiver.witness_error(), ListError::BadWitness);
    }
}

/// Checks 04-22, 07-21.
#[test]
fn a_witness_is_of_the_handle_of_the_holder() {
    for i in 0..2 {
        let mut receiver = Receiver::new([ListClass::Status, ListClass::Flag]);
        let other = receiver.handles[i] + Scalar::ONE;
        *receiver.response.body.at_mut(9 + i) = receiver.owners[i].witness(&receiver.heads[i][2], &other);
        assert_eq!(receiver.witness_error(), ListError::BadWitness);
    }
}

/// Checks 04-22, 07-21.
#[test]
fn a_witness_made_under_another_key_is_refused() {
    // It would mark its holder: every presentation would answer to the other key alone.
    for i in 0..2 {
        let mut receiver = Receiver::new([ListClass::Status, ListClass::Flag]);
        let mut other = Owner::new(66, receiver.owners[i].name.class());
        other.alpha[2] += Scalar::ONE;
        *receiver.response.body.at_mut(9 + i) = other.witness(&receiver.heads[i][2], &receiver.handles[i]);
        assert_eq!(receiver.witness_error(), ListError::BadWitness);
    }
}

#[test]
fn a_request_made_by_the_spec_is_accepted() {
    let mut country = Country::new(67);
    let offered = country.offer(Generation::FIRST);
    let ask = Ask::honest(2, Scalar::from(8_u64), Scalar::from(9_u64));
    let request = ask.prove(&offered.message.to_bytes(), &mut country.rng);
    let accepted = offered.state.accept(&CredentialRequest::from_bytes(&request).unwrap()).unwrap();
    assert_eq!(accepted.shard().number(), 2);
}
