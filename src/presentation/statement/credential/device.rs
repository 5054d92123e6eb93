//! "The device that the credential is bound to answered, for this request" (spec 06 §4.3, spec 05).
//!
//! The device secret is a scalar of the disclosure whose response comes from the device; the
//! challenge of the whole presentation is the one that the device hashed itself.

use crate::device::{LocalChecks, Purpose, challenge as device_challenge, shown_digest};
use crate::group::{Curve, Element, Scalar};
use crate::sigma::{Relation, ScalarVar};

/// The scalar `d`: the device adds its part to nonce and response.
pub(crate) fn build(relation: &mut Relation<'_, Curve>) -> ScalarVar {
    relation.external_scalar()
}

/// The challenge of a presentation: over the request, the checks of the device's user that it
/// demands, `M` and the commitment of the disclosure.
pub(crate) fn challenge(
    request: &[u8],
    demanded: Option<LocalChecks>,
    message: &[u8; 64],
    disclosure: &Element,
) -> Scalar {
    let q = shown_digest(Purpose::Presentation, demanded, request);
    device_challenge(Purpose::Presentation, &q, message, disclosure.as_bytes())
}
