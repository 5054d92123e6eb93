//! Registries in a country of their own, and the plain model that they are held against.

pub mod model;
pub mod tried;
pub mod world;
