//! What both sides of a presentation build with: the relation over the points that are sent, and
//! the holder's points and scalars in the same order.

mod blinded;
mod builder;
mod commitment;
mod face;
mod keyed_pair;
mod witness;

pub(crate) use blinded::Blinded;
pub(crate) use builder::{BuiltRelation, CredentialVars, RelationBuilder, TemplateVars, Ticketed, fixed};
pub(crate) use face::FaceClaim;
pub(crate) use keyed_pair::KeyedPair;
pub(crate) use witness::WitnessBuilder;
