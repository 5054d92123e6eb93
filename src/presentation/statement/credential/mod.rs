//! What every presentation says of a credential: it was issued, these values are in it, its device
//! answered, it is on these lists.

pub(in crate::presentation) mod device;
pub(in crate::presentation) mod issued;
pub(in crate::presentation) mod membership;
pub(in crate::presentation) mod opening;
