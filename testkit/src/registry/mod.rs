//! Registries in a country of their own, and the plain model that they are held against.

use selfsame::registry::IssuanceKind;

pub mod model;
pub mod tried;
pub mod world;

/// How a credential comes to be issued, in the order of the numbers of spec 10 §5.2.
pub const KINDS: [IssuanceKind; 5] = [
    IssuanceKind::Enrol,
    IssuanceKind::Move,
    IssuanceKind::Reissue,
    IssuanceKind::NewCard,
    IssuanceKind::OtherDocument,
];
