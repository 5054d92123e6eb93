//! What every presentation says: issued, with these values, its device answered, on these lists.

pub(crate) mod device;
pub(crate) mod issued;
pub(crate) mod membership;
pub(crate) mod opening;
