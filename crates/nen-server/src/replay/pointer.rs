//! Where an action was, drawn into its picture: what a person acts on is seen at a glance.

use nen_protocol::{Point, Size};

const OUTER: i32 = 16;
const INNER: i32 = 10;
/// Width of the light edges on both sides of the ring, so that it is seen on any ground.
const EDGE: i32 = 2;
const RING: [u8; 3] = [230, 60, 50];
const LIGHT: [u8; 3] = [255, 255, 255];

/// Draws a ring around a point of an RGB picture.
pub(super) fn draw(rgb: &mut [u8], size: Size, at: Point) {
    for dy in -OUTER..=OUTER {
        for dx in -OUTER..=OUTER {
            let square = dx * dx + dy * dy;
            if !(INNER * INNER..=OUTER * OUTER).contains(&square) {
                continue;
            }
            let point = Point {
                x: at.x.saturating_add(dx),
                y: at.y.saturating_add(dy),
            };
            if !size.contains(point) {
                continue;
            }
            let (light_out, light_in) = (OUTER - EDGE, INNER + EDGE);
            let edge = square > light_out * light_out || square < light_in * light_in;
            let place = usize::try_from(point.y).unwrap_or(0) * size.width as usize
                + usize::try_from(point.x).unwrap_or(0);
            if let Some(pixel) = rgb.get_mut(place * 3..place * 3 + 3) {
                pixel.copy_from_slice(if edge { &LIGHT } else { &RING });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_stays_inside_the_picture() {
        let size = Size {
            width: 40,
            height: 30,
        };
        for at in [[0, 0], [39, 29], [-500, 7], [i32::MAX, i32::MAX]] {
            let mut rgb = vec![0; 40 * 30 * 3];
            draw(&mut rgb, size, at.into());
        }
        let mut rgb = vec![0; 40 * 30 * 3];
        draw(&mut rgb, size, [20, 15].into());
        let pixel = |x: usize, y: usize| &rgb[(y * 40 + x) * 3..][..3];
        assert_eq!(pixel(20, 15), [0, 0, 0], "what was clicked is seen");
        assert_eq!(pixel(33, 15), RING);
    }
}
