//! The statement as a sentence: what is compared, who sees what, and how often it was answered.

use alloc::format;
use alloc::string::String;

use super::Face;
use crate::presentation::error::PresentError;
use crate::presentation::statement::Wording;
use crate::presentation::statement::words::Say;

impl Say for Face {
    fn sentence(&self, wording: &Wording<'_>) -> Result<String, PresentError> {
        let times = wording.faces.ok_or(PresentError::NotCounted)?;
        Ok(wording.language.choose(
            format!(
                "It will learn that the face in its camera’s picture is alike enough to the register’s photo of you, \
                 and sees neither that photo nor how alike they are. What its camera took of your face is in its \
                 request, which the platform sees too. Faces compared today before this: {times}."
            ),
            format!(
                "对方将得知其摄像头拍到的面部与登记照片足够相似，看不到登记照片，也不会得知相似程度。\
                 摄像头所拍面部的特征在请求中，核验平台也会看到。今日此前人脸比对次数：{times}。"
            ),
        ))
    }
}
