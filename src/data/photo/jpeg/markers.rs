//! Checks the markers of a JPEG file (ITU-T T.81, annex B): whether the file has its end and all restart markers, and nothing
//! that libjpeg refuses. The decoder itself accepts other files, and its result would differ from libjpeg's.

/// The facts that a file's markers give.
#[derive(Debug, Default)]
pub(super) struct Course {
    /// Whether it uses arithmetic coding and not Huffman coding.
    pub arithmetic: bool,
    /// Whether it is lossless: the samples themselves are coded.
    pub lossless: bool,
    /// Whether it is progressive: each scan has a part of the coefficients of every block.
    pub progressive: bool,
    /// Whether a progressive file has all scans, that is all bits of all coefficients.
    pub complete: bool,
    /// Offset of the last scan's marker.
    pub last_scan: usize,
}

/// The markers' codes.
mod code {
    pub const HUFFMAN_TABLES: u8 = 0xc4;
    pub const ARITHMETIC_CONDITIONS: u8 = 0xcc;
    pub const RESTART: std::ops::RangeInclusive<u8> = 0xd0..=0xd7;
    pub const START_OF_IMAGE: u8 = 0xd8;
    pub const END_OF_IMAGE: u8 = 0xd9;
    pub const START_OF_SCAN: u8 = 0xda;
    pub const QUANTISATION_TABLES: u8 = 0xdb;
    pub const NUMBER_OF_LINES: u8 = 0xdc;
    pub const RESTART_INTERVAL: u8 = 0xdd;
    pub const APPLICATION: std::ops::RangeInclusive<u8> = 0xe0..=0xef;
    pub const COMMENT: u8 = 0xfe;
}

/// Coefficients of a block.
const BLOCK: usize = 64;

/// Pixels on a side of a block.
const SIDE: usize = 8;

/// A component of the frame.
#[derive(Debug)]
struct Component {
    id: u8,
    /// Number of blocks in a unit, across and down.
    sampling: [usize; 2],
    /// For each coefficient, the number of low bits that are still missing; `None` before its first scan.
    missing: [Option<u8>; BLOCK],
}

/// The frame, to which the scans belong.
#[derive(Debug)]
struct Frame {
    size: [usize; 2],
    components: Vec<Component>,
}

impl Frame {
    /// Reads the frame from the segment after its marker.
    fn read(segment: &[u8]) -> Option<Self> {
        let (&[_, top, low, left, right, count], components) = segment.split_first_chunk::<6>()?;
        let components = components.as_chunks::<3>().0;
        let component = |&[id, sampling, _]: &[u8; 3]| Component {
            id,
            sampling: [usize::from(sampling >> 4), usize::from(sampling & 15)],
            missing: [None; BLOCK],
        };
        let whole = components.len() == usize::from(count) && count > 0;
        whole.then(|| Self {
            size: [[left, right], [top, low]].map(|pair| usize::from(u16::from_be_bytes(pair))),
            components: components.iter().map(component).collect(),
        })
    }

    /// The number of units of a scan. A unit is coded together and has at most ten blocks.
    fn units(&self, scan: &[usize]) -> Option<usize> {
        let blocks = |&component: &usize| self.components[component].sampling.iter().product::<usize>();
        if scan.iter().any(|component| blocks(component) == 0)
            || (scan.len() > 1 && scan.iter().map(blocks).sum::<usize>() > 10)
        {
            return None;
        }
        let most = |axis: usize| self.components.iter().map(|component| component.sampling[axis]).max();
        let along = |axis: usize| {
            let most = most(axis)?.max(1);
            match scan {
                // A scan of one component has only blocks of that component that are within the image.
                &[only] => Some((self.size[axis] * self.components[only].sampling[axis]).div_ceil(most).div_ceil(SIDE)),
                _ => Some(self.size[axis].div_ceil(most * SIDE)),
            }
        };
        along(0)?.checked_mul(along(1)?)
    }
}

/// Follows the markers from the start of the image to its end.
pub(super) fn follow(bytes: &[u8]) -> Result<Course, String> {
    Walk { bytes, at: 2, frame: None, interval: 0, scans: 0, done: false, course: Course::default() }.run()
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    frame: Option<Frame>,
    /// Number of units between two restart markers; 0 if there are none.
    interval: usize,
    scans: usize,
    /// Whether the only possible scan was read.
    done: bool,
    course: Course,
}

impl Walk<'_> {
    fn run(mut self) -> Result<Course, String> {
        loop {
            let code = self.marker()?;
            match code {
                code::END_OF_IMAGE if self.scans == 0 => return Err("one without a scan".to_owned()),
                code::END_OF_IMAGE => {
                    let whole = |component: &Component| component.missing == [Some(0); BLOCK];
                    let all = self.frame.is_some_and(|frame| frame.components.iter().all(whole));
                    self.course.complete = all || !self.course.progressive;
                    return Ok(self.course);
                }
                code if code::RESTART.contains(&code) => {}
                code::START_OF_IMAGE => return Err("a damaged one (a second start of image)".to_owned()),
                code => self.segment(code)?,
            }
        }
    }

    /// Finds the next marker and returns its code. Bytes before it are ignored.
    fn marker(&mut self) -> Result<u8, String> {
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let fill = rest.iter().position(|&byte| byte == 0xff).ok_or_else(truncated)?;
            let code = rest[fill..].iter().position(|&byte| byte != 0xff).ok_or_else(truncated)?;
            self.at += fill + code + 1;
            match rest[fill + code] {
                0 => {}
                code => return Ok(code),
            }
        }
    }

    /// Reads the segment of a marker that has a length.
    fn segment(&mut self, code: u8) -> Result<(), String> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let (&length, _) = rest.split_first_chunk().ok_or_else(truncated)?;
        let length = usize::from(u16::from_be_bytes(length));
        if length < 2 {
            return Err(format!("a damaged one (a segment of {length} bytes at byte {})", self.at));
        }
        let segment = rest.get(2..length).ok_or_else(truncated)?;
        if code == code::START_OF_SCAN {
            self.course.last_scan = self.at - 2;
        }
        self.at += length;
        match code {
            code::RESTART_INTERVAL => {
                let interval =
                    segment.try_into().map_err(|_| "a damaged one (an invalid restart interval)".to_owned())?;
                self.interval = usize::from(u16::from_be_bytes(interval));
            }
            code::COMMENT | code::NUMBER_OF_LINES => {}
            code if code::APPLICATION.contains(&code) => {}
            _ if self.done => return Err(format!("a damaged one (marker 0x{code:02x} after its only scan)")),
            code::HUFFMAN_TABLES => self.tables(segment)?,
            code::ARITHMETIC_CONDITIONS if are_conditions(segment) => {}
            code::ARITHMETIC_CONDITIONS => return Err("a damaged one (arithmetic conditions out of range)".to_owned()),
            code::QUANTISATION_TABLES if are_quantisation_tables(segment) => {}
            code::QUANTISATION_TABLES => return Err("a damaged one (quantisation tables that end early)".to_owned()),
            code::START_OF_SCAN => self.scan(segment)?,
            0xc0..=0xc3 | 0xc9..=0xcb if self.frame.is_some() => {
                return Err("a damaged one (a second frame)".to_owned());
            }
            0xc0..=0xc3 | 0xc9..=0xcb => {
                self.course.arithmetic = code >= 0xc9;
                self.course.progressive = matches!(code, 0xc2 | 0xca);
                self.course.lossless = matches!(code, 0xc3 | 0xcb);
                self.frame =
                    Some(Frame::read(segment).ok_or("a damaged one (a frame of another length than its components')")?);
            }
            _ => return Err(format!("a damaged one (marker 0x{code:02x}, which means nothing)")),
        }
        Ok(())
    }

    /// Checks Huffman tables: symbols of DC coefficients are numbers of bits.
    fn tables(&self, mut segment: &[u8]) -> Result<(), String> {
        let short = || "a damaged one (Huffman tables that end early)".to_owned();
        while let Some((&destination, rest)) = segment.split_first() {
            let (counts, rest) = rest.split_first_chunk::<16>().ok_or_else(short)?;
            let count = counts.iter().map(|&count| usize::from(count)).sum();
            let (symbols, rest) = rest.split_at_checked(count).ok_or_else(short)?;
            let most = if self.course.lossless { 16 } else { 15 };
            if let Some(symbol) = symbols.iter().find(|&&symbol| destination < 0x10 && symbol > most) {
                return Err(format!(
                    "a damaged one (a Huffman table with the symbol {symbol}, where {most} is the largest)"
                ));
            }
            segment = rest;
        }
        Ok(())
    }

    /// Reads the header and the data of a scan.
    fn scan(&mut self, header: &[u8]) -> Result<(), String> {
        let bad = || "a damaged one (a scan of no known components)".to_owned();
        self.scans += 1;
        let frame = self.frame.as_mut().ok_or_else(bad)?;
        let (&count, rest) = header.split_first().ok_or_else(bad)?;
        let (selectors, &[first, last, bits]) = rest.split_last_chunk::<3>().ok_or_else(bad)?;
        let selectors = selectors.as_chunks::<2>().0;
        let find = |selector: &[u8; 2]| frame.components.iter().position(|component| component.id == selector[0]);
        let scan: Vec<usize> = selectors.iter().map(find).collect::<Option<_>>().ok_or_else(bad)?;
        if scan.is_empty() || scan.len() != usize::from(count) {
            return Err(bad());
        }
        if self.course.progressive {
            let [high, low] = [bits >> 4, bits & 15];
            let band = if first == 0 { last == 0 } else { first <= last && scan.len() == 1 };
            if !band || low > 13 || (high > 0 && low + 1 != high) {
                return Err(format!(
                    "a damaged one (scan {} has coefficients {first} to {last}, bits {high} to {low})",
                    self.scans
                ));
            }
            for &component in &scan {
                let coefficients = frame.components[component].missing.get_mut(usize::from(first)..=usize::from(last));
                coefficients.ok_or_else(bad)?.fill(Some(low));
            }
        }
        self.done = !self.course.progressive && scan.len() == frame.components.len();
        let units =
            frame.units(&scan).ok_or_else(|| format!("a damaged one (scan {} has units of no size)", self.scans))?;
        self.data(units)
    }

    /// Reads the data of a scan up to the next marker that is not a restart marker. The restart markers must be in order and complete.
    fn data(&mut self, units: usize) -> Result<(), String> {
        let most = units.saturating_sub(1).checked_div(self.interval).unwrap_or(0);
        let mut restarts = 0;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let fill = rest.iter().position(|&byte| byte == 0xff).ok_or_else(truncated)?;
            match *rest.get(fill + 1).ok_or_else(truncated)? {
                0 => self.at += fill + 2,
                0xff => self.at += fill + 1,
                code if code::RESTART.contains(&code) => {
                    let expected = (restarts % 8) as u8;
                    if code & 7 != expected || (restarts == most && !self.course.lossless) {
                        let (scan, found) = (self.scans, code & 7);
                        return Err(format!(
                            "a damaged one (restart marker {found} at byte {} where scan {scan} has {})",
                            self.at + fill,
                            if restarts == most { "none".to_owned() } else { format!("number {expected}") }
                        ));
                    }
                    restarts += 1;
                    self.at += fill + 2;
                }
                _ => {
                    self.at += fill;
                    return Ok(());
                }
            }
        }
    }
}

/// Whether these are quantisation tables: 64 bytes each, or 64 words if the first byte says so.
fn are_quantisation_tables(mut segment: &[u8]) -> bool {
    while let Some((&kind, rest)) = segment.split_first() {
        let Some(next) = rest.get(if kind < 0x10 { BLOCK } else { 2 * BLOCK }..) else { return false };
        segment = next;
    }
    true
}

/// Whether these are conditions of arithmetic coding: pairs of a table number and a setting.
fn are_conditions(segment: &[u8]) -> bool {
    let (pairs, rest) = segment.as_chunks::<2>();
    rest.is_empty() && pairs.iter().all(|&[table, value]| table < 32 && (table >= 16 || value & 15 <= value >> 4))
}

fn truncated() -> String {
    "a truncated one, without its end".to_owned()
}
