//! A suite without range proofs refuses what takes one, by name.

use rand_core::OsRng;

use super::PresentationRequest;
use crate::codec::Message;
use crate::credential::{Issuer, KeyVersion};
use crate::error::DecodeError;
use crate::presentation::error::RequestError;
use crate::presentation::statement::{Between, Statement};
use crate::schema::Schema;
use crate::set::{DigitBase, DigitSetKey};

/// Check 12-69.
#[test]
fn an_interval_takes_digits() {
    let issuer = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut OsRng);
    let digits = DigitSetKey::random(DigitBase::Of256, &mut OsRng).publish().verify().unwrap();
    let asked = || PresentationRequest::builder(issuer.parameters(), "a", "b");
    let refused = asked().at_least("valid-until", 100).once(&mut OsRng).map(drop).unwrap_err();
    assert_eq!(refused, RequestError::RangeProof);
    let mut request = asked().at_least("valid-until", 100).in_digits(&digits).once(&mut OsRng).unwrap().message;
    let bytes = request.to_bytes();
    assert_eq!(PresentationRequest::from_bytes(&bytes).as_ref(), Ok(&request));
    let Statement::Between(between) = &mut request.credentials[0].statements[0] else { unreachable!() };
    *between = Between::new(between.subject(), between.low(), between.high());
    request.digits = None;
    assert_eq!(PresentationRequest::from_bytes(&request.to_bytes()), Err(DecodeError::RangeProof));
}
