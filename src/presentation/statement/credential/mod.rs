//! What every presentation says of a credential: it was issued, these values are in it, its device
//! answered, it is on these lists.

pub(crate) mod issued;
pub(crate) mod membership;
pub(crate) mod opening;
