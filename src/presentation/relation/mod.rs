//! What both sides of a presentation build with: the relation over the points that are sent, and the
//! holder's points and scalars in the same order.

mod blinded;
mod builder;
mod commitment;
mod keyed_pair;
mod witness;

pub(in crate::presentation) use blinded::Blinded;
pub(in crate::presentation) use builder::{BuiltRelation, CredentialVars, RelationBuilder, fixed};
pub(in crate::presentation) use keyed_pair::KeyedPair;
pub(in crate::presentation) use witness::WitnessBuilder;
