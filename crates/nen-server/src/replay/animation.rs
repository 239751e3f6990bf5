//! A replay as an animated WebP: plays in any browser, chat or document.

use super::gather::{Gathered, pictures};
use super::{pointer, riff};
use crate::error::ApiError;
use bytes::Bytes;
use futures_util::StreamExt;
use nen_objects::Objects;
use nen_protocol::{Point, Size};
use std::iter;
use std::sync::LazyLock;
use tokio::sync::{Semaphore, mpsc};
use webp::{Encoder, WebPConfig};

/// Pictures of one animation at most; of more, as many are taken evenly.
const MOST: usize = 400;
/// How long a picture is shown at least and at most, and the last one, in milliseconds.
const SHORTEST: f64 = 120.0;
const LONGEST: f64 = 2000.0;
const LAST: u32 = 2500;
/// Text stays readable at this quality.
const QUALITY: f32 = 80.0;

/// Making one is work of the processor for seconds: one at a time, agents come first.
static TURN: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(1));

/// A picture to show.
#[derive(Debug, Clone)]
struct Shot {
    /// Its name among the objects.
    picture: String,
    /// Unix seconds.
    at: f64,
    pointer: Option<Point>,
}

/// What is animated.
#[derive(Debug)]
pub(crate) struct Animation {
    objects: Objects,
    shots: Vec<Shot>,
    speed: f64,
}

impl Animation {
    /// The pictures of a replay, so many times faster than it was; long pauses are cut.
    pub(crate) fn of(gathered: &Gathered, speed: f64) -> Self {
        let mut shots: Vec<Shot> = gathered
            .replay
            .steps
            .iter()
            .filter_map(|step| {
                let path = step.screenshot.as_ref()?;
                Some(Shot {
                    picture: gathered.pictures.get(path)?.clone(),
                    at: step.at,
                    pointer: step.coordinate,
                })
            })
            .collect();
        if shots.len() > MOST {
            let all = shots.len();
            let last = MOST - 1;
            shots = (0..MOST)
                .map(|index| shots[index * (all - 1) / last].clone())
                .collect();
        }
        Self {
            objects: gathered.objects.clone(),
            shots,
            speed,
        }
    }
}

/// Makes the file. 404 when there is no picture at all.
pub(crate) async fn animate(animation: Animation) -> Result<Vec<u8>, ApiError> {
    let _turn = TURN
        .acquire()
        .await
        .map_err(|error| ApiError::internal(&error))?;
    let Animation {
        objects,
        shots,
        speed,
    } = animation;
    let names = shots.iter().map(|shot| Some(shot.picture.clone()));
    let mut pictures = pictures(objects, names.collect());
    let (hand_over, mut handed) = mpsc::channel(1);
    let made = tokio::task::spawn_blocking(move || {
        let pictures = iter::from_fn(|| handed.blocking_recv());
        encode(&shots, speed, pictures)
    });
    while let Some(picture) = pictures.next().await {
        // An encoder that has failed takes no more, and tells why.
        if hand_over.send(picture).await.is_err() {
            break;
        }
    }
    drop(hand_over);
    let made = made.await;
    made.map_err(|error| ApiError::internal(&error))??
        .ok_or_else(|| ApiError::not_found("there is no picture to show"))
}

/// With the picture of each shot, if it is still there.
fn encode(
    shots: &[Shot],
    speed: f64,
    pictures: impl Iterator<Item = Result<Option<Bytes>, ApiError>>,
) -> Result<Option<Vec<u8>>, ApiError> {
    let mut config = WebPConfig::new().map_err(|()| ApiError::internal(&"no WebP encoder"))?;
    config.quality = QUALITY;
    config.method = 2;
    let mut canvas: Option<(Size, Vec<u8>)> = None;
    let mut frames: Vec<riff::Frame> = Vec::new();
    for ((index, shot), picture) in shots.iter().enumerate().zip(pictures) {
        let picture = picture?;
        let milliseconds = match shots.get(index + 1) {
            Some(next) => {
                let gap = (next.at - shot.at) * 1000.0 / speed;
                gap.clamp(SHORTEST, LONGEST) as u32
            }
            None => LAST,
        };
        // One that was dropped meanwhile, or has another size, is left out.
        let Some((size, mut rgb)) = picture.and_then(|png| decode(&png)) else {
            continue;
        };
        if let Some(at) = shot.pointer {
            pointer::draw(&mut rgb, size, at);
        }
        let part = match &canvas {
            None => Part::whole(size),
            Some((first, _)) if *first != size => continue,
            Some((_, before)) => match Part::changed(size, before, &rgb) {
                Some(part) => part,
                None => {
                    if let Some(frame) = frames.last_mut() {
                        frame.milliseconds += milliseconds;
                    }
                    continue;
                }
            },
        };
        let cut = part.cut(size, &rgb);
        let webp = Encoder::from_rgb(&cut, part.width, part.height)
            .encode_advanced(&config)
            .map_err(|error| ApiError::internal(&format!("WebP: {error:?}")))?;
        frames.push(riff::Frame {
            x: part.x,
            y: part.y,
            width: part.width,
            height: part.height,
            milliseconds,
            webp: webp.to_vec(),
        });
        canvas = Some((size, rgb));
    }
    Ok(canvas.map(|(size, _)| riff::file(size.width, size.height, &frames)))
}

/// A rectangle of a picture that begins at even places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
}

impl Part {
    fn whole(size: Size) -> Self {
        Self {
            x: 0,
            y: 0,
            width: size.width,
            height: size.height,
        }
    }

    /// The smallest that holds every pixel that differs; none when no pixel does.
    fn changed(size: Size, before: &[u8], now: &[u8]) -> Option<Self> {
        let width = size.width as usize;
        let rows = before
            .chunks_exact(width * 3)
            .zip(now.chunks_exact(width * 3));
        let (mut left, mut right, mut top, mut bottom) = (width, 0, None, 0);
        for (y, (before, now)) in rows.enumerate() {
            if before == now {
                continue;
            }
            top.get_or_insert(y);
            bottom = y;
            let pixels = || before.chunks_exact(3).zip(now.chunks_exact(3));
            let first = pixels().position(|(a, b)| a != b).unwrap_or(width);
            let last = pixels().rposition(|(a, b)| a != b).unwrap_or(0);
            left = left.min(first);
            right = right.max(last);
        }
        let top = top?;
        let (left, top) = (left & !1, top & !1);
        let side = |from: usize, to: usize| u32::try_from(to + 1 - from).unwrap_or(0);
        Some(Self {
            x: u32::try_from(left).unwrap_or(0),
            y: u32::try_from(top).unwrap_or(0),
            width: side(left, right),
            height: side(top, bottom),
        })
    }

    /// Its pixels, in rows.
    fn cut(self, size: Size, rgb: &[u8]) -> Vec<u8> {
        let from = self.x as usize * 3;
        let to = from + self.width as usize * 3;
        rgb.chunks_exact(size.width as usize * 3)
            .skip(self.y as usize)
            .take(self.height as usize)
            .flat_map(|row| row[from..to].iter().copied())
            .collect()
    }
}

/// The pixels of a PNG as RGB; none when it is unreadable.
fn decode(png: &[u8]) -> Option<(Size, Vec<u8>)> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let mut pixels = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut pixels).ok()?;
    pixels.truncate(info.buffer_size());
    let rgb = match info.color_type {
        png::ColorType::Rgb => pixels,
        png::ColorType::Rgba => rgb_of(&pixels, 4, [0, 1, 2]),
        png::ColorType::Grayscale => rgb_of(&pixels, 1, [0, 0, 0]),
        png::ColorType::GrayscaleAlpha => rgb_of(&pixels, 2, [0, 0, 0]),
        png::ColorType::Indexed => return None,
    };
    let size = Size {
        width: info.width,
        height: info.height,
    };
    Some((size, rgb))
}

fn rgb_of(pixels: &[u8], channels: usize, order: [usize; 3]) -> Vec<u8> {
    pixels
        .chunks_exact(channels)
        .flat_map(|pixel| order.map(|channel| pixel[channel]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size {
        width: 64,
        height: 48,
    };

    fn png(rgb: &[u8]) -> Bytes {
        let mut png = Vec::new();
        let mut encoder = png::Encoder::new(&mut png, SIZE.width, SIZE.height);
        encoder.set_color(png::ColorType::Rgb);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(rgb).unwrap();
        writer.finish().unwrap();
        png.into()
    }

    #[test]
    fn only_what_changes_is_a_frame() {
        let before = vec![0; 64 * 48 * 3];
        assert_eq!(Part::changed(SIZE, &before, &before), None);
        let mut now = before.clone();
        now[(5 * 64 + 7) * 3] = 1;
        now[(9 * 64 + 30) * 3 + 2] = 1;
        let part = Part::changed(SIZE, &before, &now).unwrap();
        let expected = Part {
            x: 6,
            y: 4,
            width: 25,
            height: 6,
        };
        assert_eq!(part, expected);
        let cut = part.cut(SIZE, &now);
        assert_eq!(cut.len(), 25 * 6 * 3);
        assert_eq!(cut[(25 + 1) * 3], 1);
    }

    #[test]
    fn an_animation_is_what_other_programs_read() {
        let shot = |name: &str, at: f64| Shot {
            picture: name.to_owned(),
            at,
            pointer: None,
        };
        let mut rgb = vec![200; 64 * 48 * 3];
        let first = png(&rgb);
        rgb[(20 * 64 + 20) * 3..(20 * 64 + 24) * 3].fill(10);
        let second = png(&rgb);
        let look = |shot: &Shot| {
            Ok(match shot.picture.as_str() {
                "a" => Some(first.clone()),
                "b" => Some(second.clone()),
                _ => None,
            })
        };
        // The second picture is the first one's again, and one is gone.
        let shots = [
            shot("a", 0.0),
            shot("a", 1.0),
            shot("gone", 1.5),
            shot("b", 100.0),
        ];
        let file = encode(&shots, 4.0, shots.iter().map(look))
            .unwrap()
            .unwrap();
        let read = webp::AnimDecoder::new(&file).decode().unwrap();
        let frames: Vec<_> = read.into_iter().collect();
        assert_eq!(frames.len(), 2);
        assert_eq!((frames[0].width(), frames[0].height()), (64, 48));
        // libwebp tells when a frame ends.
        assert_eq!(frames[0].get_time_ms(), 250 + 125);
        let nothing = [shot("gone", 0.0)];
        let made = encode(&nothing, 1.0, nothing.iter().map(look));
        assert!(made.unwrap().is_none());
        // Without its other half it would show something that was not so.
        let away = [Ok(Some(first.clone())), Err(ApiError::internal(&"away"))];
        assert!(encode(&shots, 1.0, away.into_iter()).is_err());
    }
}
