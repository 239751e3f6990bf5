//! Rectangles of damage.

/// A rectangle of the screen in pixels, right and bottom edges outside of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rect {
    /// Left edge.
    pub x: u32,
    /// Top edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Rect {
    /// Pixels inside.
    pub fn area(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// First column to the right of it.
    pub fn right(self) -> u32 {
        self.x.saturating_add(self.width)
    }

    /// First row below it.
    pub fn bottom(self) -> u32 {
        self.y.saturating_add(self.height)
    }

    /// The smallest rectangle that holds both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Self {
            x,
            y,
            width: self.right().max(other.right()) - x,
            height: self.bottom().max(other.bottom()) - y,
        }
    }

    /// The part inside `width` × `height`, if there is any.
    pub fn clipped(self, width: u32, height: u32) -> Option<Self> {
        let (right, bottom) = (self.right().min(width), self.bottom().min(height));
        (self.x < right && self.y < bottom).then(|| Self {
            x: self.x,
            y: self.y,
            width: right - self.x,
            height: bottom - self.y,
        })
    }

    /// Whether the two share a pixel.
    pub fn overlaps(self, other: Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rects() -> impl Strategy<Value = Rect> {
        (0u32..40, 0u32..40, 1u32..30, 1u32..30).prop_map(|(x, y, width, height)| Rect {
            x,
            y,
            width,
            height,
        })
    }

    fn holds(rect: Rect, x: u32, y: u32) -> bool {
        (rect.x..rect.right()).contains(&x) && (rect.y..rect.bottom()).contains(&y)
    }

    proptest! {
        #[test]
        fn a_union_holds_both_and_nothing_smaller_does(a in rects(), b in rects(), c in rects()) {
            let both = a.union(b);
            prop_assert_eq!(both, b.union(a));
            prop_assert_eq!(both.union(c), a.union(b.union(c)));
            prop_assert_eq!(both.union(a), both);
            for (x, y) in [(a.x, a.y), (b.right() - 1, b.bottom() - 1)] {
                prop_assert!(holds(both, x, y));
            }
            prop_assert!(both.x == a.x || both.x == b.x);
            prop_assert!(both.right() == a.right() || both.right() == b.right());
            prop_assert!(both.bottom() == a.bottom() || both.bottom() == b.bottom());
        }

        #[test]
        fn clipping_keeps_exactly_the_pixels_inside(a in rects(), width in 1u32..80, height in 1u32..80) {
            let clipped = a.clipped(width, height);
            for x in 0..80 {
                for y in 0..80 {
                    let kept = clipped.is_some_and(|clipped| holds(clipped, x, y));
                    prop_assert_eq!(kept, holds(a, x, y) && x < width && y < height);
                }
            }
        }

        #[test]
        fn rectangles_overlap_when_they_share_a_pixel(a in rects(), b in rects()) {
            let shared = (0..80).any(|x| (0..80).any(|y| holds(a, x, y) && holds(b, x, y)));
            prop_assert_eq!(a.overlaps(b), shared);
            prop_assert_eq!(b.overlaps(a), shared);
        }

        #[test]
        fn no_damage_that_x_may_report_overflows(x: u32, y: u32, width: u32, height: u32) {
            let rect = Rect { x, y, width, height };
            if let Some(clipped) = rect.clipped(1280, 800) {
                prop_assert!(clipped.right() <= 1280 && clipped.bottom() <= 800);
            }
            prop_assert!(rect.union(rect).area() <= rect.area());
        }
    }
}
