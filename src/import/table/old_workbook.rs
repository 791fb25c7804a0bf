//! The container and the cells of an old xls file, looked over before anything else reads it. One rule: what passes here costs a
//! reader no more than the file's own size and `MAX_OLD_CELLS` cells: no chain of sectors runs in a circle or out of the file.
//! Specifications: [MS-CFB], [MS-XLS].

use rustc_hash::FxHashSet;

/// Cells of the rectangles that a file's sheets span; each costs a reader memory, empty or not.
const MAX_OLD_CELLS: u64 = 2_000_000;
/// Bytes of text in all cells. A text that many cells share stands in the file once and in memory as often as it is shared.
const MAX_OLD_TEXT: usize = 64 << 20;
/// Bytes of a directory entry.
const ENTRY: usize = 128;
/// Streams shorter than this lie in the mini stream ([MS-CFB] §2.2).
const MINI_STREAM_BELOW: u64 = 4096;
/// From here on a sector's number is a mark: the end of a chain, a free sector.
const MARKS: u32 = 0xffff_fffa;

/// The memory in bytes that a reader will fill with cells; an error in words where the file is no sound container or its sheets are
/// too large.
pub fn check(bytes: &[u8]) -> Result<usize, String> {
    let mut held = 0;
    let container = Container::open(bytes)?;
    let directory = container.chain(container.directory, u64::MAX)?;
    for entry in directory.chunks_exact(ENTRY).filter(|entry| entry[0] != 0) {
        // a name is UTF-16; these two are ASCII
        let name: String = entry[..64].chunks_exact(2).map(|pair| char::from(pair[0])).take_while(|c| *c != '\0').collect();
        let (start, length) = (u32_at(entry, 116), container.length(entry));
        let is_book = name.eq_ignore_ascii_case("Workbook") || name.eq_ignore_ascii_case("Book");
        if entry[66] == ROOT || length >= MINI_STREAM_BELOW {
            let stream = container.chain(start, length)?;
            if is_book {
                held += check_cells(&stream)?;
            }
        }
    }
    container.chain(container.mini_fat, container.mini_fat_length)?;
    Ok(held)
}

/// Object type of the root entry ([MS-CFB] §2.6.1).
const ROOT: u8 = 5;

struct Container<'b> {
    bytes: &'b [u8],
    sector: usize,
    /// The sector that follows each sector.
    next: Vec<u32>,
    directory: u32,
    mini_fat: u32,
    mini_fat_length: u64,
}

impl<'b> Container<'b> {
    fn open(bytes: &'b [u8]) -> Result<Self, String> {
        let header = bytes.get(..512).ok_or("the file ends within its header")?;
        let sector = match u16_at(header, 30) {
            9 => 512,
            12 => 4096,
            _ => return Err("the sector size is none that exists".to_owned()),
        };
        let mut container = Self {
            bytes,
            sector,
            next: Vec::new(),
            directory: u32_at(header, 48),
            mini_fat: u32_at(header, 60),
            mini_fat_length: u64::from(u32_at(header, 64)) * sector as u64,
        };
        let mut tables: Vec<u32> = header[76..512].chunks_exact(4).map(|four| u32_at(four, 0)).collect();
        let mut more = u32_at(header, 68);
        let mut seen = FxHashSet::default();
        while more < MARKS {
            let sector = container.sector(more)?;
            if !seen.insert(more) {
                return Err("the list of sector tables runs in a circle".to_owned());
            }
            let (list, link) = sector.split_at(sector.len() - 4);
            tables.extend(list.chunks_exact(4).map(|four| u32_at(four, 0)));
            more = u32_at(link, 0);
        }
        for table in tables.into_iter().filter(|table| *table < MARKS) {
            let numbers = container.sector(table)?.chunks_exact(4).map(|four| u32_at(four, 0));
            container.next.extend(numbers);
            if container.next.len() > 2 * bytes.len() {
                return Err("the sector tables are larger than the file".to_owned());
            }
        }
        Ok(container)
    }

    /// The bytes of a sector; the last one may be short.
    fn sector(&self, number: u32) -> Result<&'b [u8], String> {
        let start = (number as usize + 1) * self.sector;
        let rest = self.bytes.get(start..).filter(|rest| rest.len() >= 4).ok_or_else(|| format!("sector {number} lies behind the end"))?;
        Ok(&rest[..rest.len().min(self.sector) & !3])
    }

    /// The bytes of a chain of sectors, up to `length`.
    fn chain(&self, start: u32, length: u64) -> Result<Vec<u8>, String> {
        let mut stream = Vec::new();
        let mut number = start;
        while number < MARKS {
            stream.extend_from_slice(self.sector(number)?);
            if stream.len() as u64 >= length {
                break;
            }
            if stream.len() > self.bytes.len() {
                return Err("a chain of sectors runs in a circle".to_owned());
            }
            number = *self.next.get(number as usize).ok_or("a chain of sectors leaves the sector table")?;
        }
        Ok(stream)
    }

    fn length(&self, entry: &[u8]) -> u64 {
        let high = if self.sector == 512 { 0 } else { u64::from(u32_at(entry, 124)) << 32 };
        high | u64::from(u32_at(entry, 120))
    }
}

/// Adds up the rectangles that the cells of each sheet span ([MS-XLS] §2.4: cell records begin with row and column), and the texts
/// that cells share.
fn check_cells(stream: &[u8]) -> Result<usize, String> {
    const BEGIN: u16 = 0x0809;
    const CELLS: [u16; 13] = [0x0203, 0x027e, SHARED_CELL, 0x0204, 0x0205, 0x0006, 0x0201, 0x00bd, 0x00be, 0x00d6, 0x0406, 0x0206, 0x0001];
    const SHARED_CELL: u16 = 0x00fd;
    const STRINGS: u16 = 0x00fc;
    const CONTINUE: u16 = 0x003c;
    let mut spans: Option<[u64; 4]> = None;
    let (mut cells, mut text) = (0, 0_usize);
    let (mut lengths, mut parts, mut before) = (Vec::new(), Vec::new(), 0);
    let area = |spans: Option<[u64; 4]>| spans.map_or(0, |[top, bottom, left, right]| (bottom - top + 1) * (right - left + 1));
    let mut rest = stream;
    while rest.len() >= 4 {
        let (kind, length) = (u16_at(rest, 0), usize::from(u16_at(rest, 2)));
        let Some(record) = rest.get(4..4 + length) else { break };
        rest = &rest[4 + length..];
        if kind == STRINGS || (kind == CONTINUE && before == STRINGS) {
            parts.push(record);
            continue;
        }
        before = kind;
        if !parts.is_empty() {
            lengths = text_lengths(&std::mem::take(&mut parts));
        }
        if kind == SHARED_CELL && record.len() >= 10 {
            text += lengths.get(u32_at(record, 6) as usize).copied().unwrap_or_default();
        }
        if kind == BEGIN {
            cells += area(spans.take());
        } else if CELLS.contains(&kind) && record.len() >= 4 {
            let (row, column) = (u64::from(u16_at(record, 0)), u64::from(u16_at(record, 2)));
            // a row of numbers: its last column stands at its end
            let last = if kind == 0x00bd { column + record.len() as u64 / 6 } else { column };
            let [top, bottom, left, right] = spans.unwrap_or([row, row, column, last]);
            spans = Some([top.min(row), bottom.max(row), left.min(column), right.max(last)]);
        }
    }
    cells += area(spans);
    if cells > MAX_OLD_CELLS {
        return Err(format!("its sheets span more than {MAX_OLD_CELLS} cells"));
    }
    if text > MAX_OLD_TEXT {
        return Err(format!("its cells hold more than the limit ({} MiB)", MAX_OLD_TEXT >> 20));
    }
    Ok(cells as usize * CELL + text)
}

/// Bytes of memory for one cell.
const CELL: usize = 32;

/// The length in bytes of each shared text ([MS-XLS] §2.5.293), at most three for a character. Characters may go on in the next record,
/// which then begins with flags of its own.
fn text_lengths(parts: &[&[u8]]) -> Vec<usize> {
    let mut input = Parts { parts, at: 8 };
    let mut lengths = Vec::new();
    while let (Some(characters), Some(flags)) = (input.number(2), input.number(1)) {
        let runs = if flags & 8 != 0 { input.number(2).unwrap_or_default() } else { 0 };
        let extra = if flags & 4 != 0 { input.number(4).unwrap_or_default() } else { 0 };
        let (mut left, mut width) = (characters, 1 + (flags & 1));
        loop {
            let here = left.min(input.left() / width);
            input.at += here * width;
            left -= here;
            if left == 0 || !input.turn() {
                break;
            }
            width = 1 + (input.number(1).unwrap_or_default() & 1);
        }
        input.skip(runs * 4 + extra);
        lengths.push(3 * characters);
    }
    lengths
}

/// Records that are read one after the other.
struct Parts<'p> {
    parts: &'p [&'p [u8]],
    at: usize,
}

impl Parts<'_> {
    /// Bytes left of the record at hand.
    fn left(&self) -> usize {
        self.parts.first().map_or(0, |part| part.len().saturating_sub(self.at))
    }

    /// Goes on to the next record, if there is one.
    fn turn(&mut self) -> bool {
        self.parts = self.parts.get(1..).unwrap_or_default();
        self.at = 0;
        !self.parts.is_empty()
    }

    fn skip(&mut self, mut bytes: usize) {
        while bytes > self.left() {
            bytes -= self.left();
            if !self.turn() {
                return;
            }
        }
        self.at += bytes;
    }

    /// A little-endian number of so many bytes.
    fn number(&mut self, bytes: usize) -> Option<usize> {
        let mut number = 0;
        for place in 0..bytes {
            while self.left() == 0 {
                if !self.turn() {
                    return None;
                }
            }
            number |= usize::from(self.parts[0][self.at]) << (8 * place);
            self.at += 1;
        }
        Some(number)
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A container whose one sector table is sector 0 and whose directory begins in sector 1.
    fn container(next: &[u32], directory: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0u8; 512];
        bytes[30] = 9;
        bytes[48..52].copy_from_slice(&1u32.to_le_bytes());
        bytes[60..64].copy_from_slice(&u32::MAX.to_le_bytes());
        bytes[68..72].copy_from_slice(&u32::MAX.to_le_bytes());
        bytes[76..512].fill(0xff);
        bytes[76..80].fill(0);
        let mut table: Vec<u8> = next.iter().flat_map(|number| number.to_le_bytes()).collect();
        table.resize(512, 0xff);
        bytes.extend(table);
        bytes.extend(directory);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
        bytes
    }

    fn entry(name: &str, kind: u8, start: u32, length: u32) -> Vec<u8> {
        let mut entry = vec![0u8; ENTRY];
        for (at, byte) in name.bytes().enumerate() {
            entry[2 * at] = byte;
        }
        entry[64] = (name.len() * 2 + 2) as u8;
        entry[66] = kind;
        entry[116..120].copy_from_slice(&start.to_le_bytes());
        entry[120..124].copy_from_slice(&length.to_le_bytes());
        entry
    }

    #[test]
    fn chains_that_run_in_a_circle_or_away_are_refused() {
        const END: u32 = 0xffff_fffe;
        assert_eq!(check(&container(&[0, END], &entry("Root Entry", ROOT, END, 0))), Ok(0));
        let circle = container(&[0, 1], &entry("Root Entry", ROOT, END, 0));
        assert_eq!(check(&circle), Err("a chain of sectors runs in a circle".to_owned()));
        let away = container(&[0, 900], &entry("Root Entry", ROOT, END, 0));
        assert!(check(&away).is_err_and(|words| words.contains("behind the end")));
        let stream = container(&[0, END, 2], &[entry("Root Entry", ROOT, END, 0), entry("Workbook", 2, 1, u32::MAX)].concat());
        assert_eq!(check(&stream), Ok(0), "a stream that ends early is the reader's matter");
        assert!(check(b"\xd0\xcf\x11\xe0").is_err());
    }

    #[test]
    fn sheets_of_two_far_corners_are_refused() {
        let cell = |row: u16, column: u16| {
            [&0x0203u16.to_le_bytes()[..], &14u16.to_le_bytes(), &row.to_le_bytes(), &column.to_le_bytes(), &[0; 10]].concat()
        };
        assert_eq!(check_cells(&[cell(0, 0), cell(9, 9)].concat()), Ok(100 * CELL));
        assert!(check_cells(&[cell(0, 0), cell(u16::MAX, 255)].concat()).is_err_and(|words| words.contains("2000000 cells")));
    }

    fn record(kind: u16, body: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes()[..], &(body.len() as u16).to_le_bytes(), body].concat()
    }

    #[test]
    fn a_shared_text_counts_in_every_cell() {
        let first = [&[0; 8][..], b"\x02\0\0ab", b"\x05\0\x09\x01\0x\0y\0"].concat();
        let second = [&b"\0zzz"[..], &[0; 4], b"\x01\0\0c"].concat();
        assert_eq!(text_lengths(&[&first, &second]), [6, 15, 3]);

        let cell = |row: u16, text: u32| record(0x00fd, &[&row.to_le_bytes()[..], &[0; 4], &text.to_le_bytes()].concat());
        let strings = [record(0x00fc, &first), record(0x003c, &second)].concat();
        let sheet = |cells: Vec<u8>| [record(0x0809, &[]), strings.clone(), cells].concat();
        assert_eq!(check_cells(&sheet([cell(0, 1), cell(1, 0), cell(2, 9)].concat())), Ok(3 * CELL + 21));
        let long = [record(0x00fc, &[&[0; 8][..], b"\x00\x20\0", &[b'x'; 0x2000]].concat()), cell(0, 0).repeat(3_000)].concat();
        assert!(check_cells(&long).is_err_and(|words| words.contains("limit")));
    }
}
