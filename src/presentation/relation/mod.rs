//! What both sides build with: the relation over points, the holder's points and scalars.

mod blinded;
mod builder;
mod commitment;
mod keyed_pair;
mod witness;

pub(crate) use blinded::Blinded;
pub(crate) use builder::{BuiltRelation, CredentialVars, RelationBuilder, fixed};
pub(crate) use keyed_pair::KeyedPair;
pub(crate) use witness::WitnessBuilder;
