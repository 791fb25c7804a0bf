//! The container and the cells of an old xls file, looked over before anything else reads it. One rule: what passes here costs a
//! reader no more than the file's own size and `MAX_OLD_CELLS` cells: no chain of sectors runs in a circle or out of the file.
//! Specifications: [MS-CFB], [MS-XLS].

use rustc_hash::FxHashSet;

/// Cells of the rectangles that a file's sheets span; each costs a reader memory, empty or not.
const MAX_OLD_CELLS: u64 = 4_000_000;
/// Bytes of a directory entry.
const ENTRY: usize = 128;
/// Streams shorter than this lie in the mini stream ([MS-CFB] §2.2).
const MINI_STREAM_BELOW: u64 = 4096;
/// From here on a sector's number is a mark: the end of a chain, a free sector.
const MARKS: u32 = 0xffff_fffa;

/// An error in words where the file is no sound container or its sheets are too large.
pub fn check(bytes: &[u8]) -> Result<(), String> {
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
                check_cells(&stream)?;
            }
        }
    }
    container.chain(container.mini_fat, container.mini_fat_length).map(drop)
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

/// Adds up the rectangles that the cells of each sheet span ([MS-XLS] §2.4: cell records begin with row and column).
fn check_cells(stream: &[u8]) -> Result<(), String> {
    const BEGIN: u16 = 0x0809;
    const CELLS: [u16; 13] = [0x0203, 0x027e, 0x00fd, 0x0204, 0x0205, 0x0006, 0x0201, 0x00bd, 0x00be, 0x00d6, 0x0406, 0x0206, 0x0001];
    let mut spans: Option<[u64; 4]> = None;
    let mut cells = 0;
    let area = |spans: Option<[u64; 4]>| spans.map_or(0, |[top, bottom, left, right]| (bottom - top + 1) * (right - left + 1));
    let mut rest = stream;
    while rest.len() >= 4 {
        let (kind, length) = (u16_at(rest, 0), usize::from(u16_at(rest, 2)));
        let Some(record) = rest.get(4..4 + length) else { break };
        rest = &rest[4 + length..];
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
    if cells > MAX_OLD_CELLS { Err(format!("its sheets span more than {MAX_OLD_CELLS} cells")) } else { Ok(()) }
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
        assert_eq!(check(&container(&[0, END], &entry("Root Entry", ROOT, END, 0))), Ok(()));
        let circle = container(&[0, 1], &entry("Root Entry", ROOT, END, 0));
        assert_eq!(check(&circle), Err("a chain of sectors runs in a circle".to_owned()));
        let away = container(&[0, 900], &entry("Root Entry", ROOT, END, 0));
        assert!(check(&away).is_err_and(|words| words.contains("behind the end")));
        let stream = container(&[0, END, 2], &[entry("Root Entry", ROOT, END, 0), entry("Workbook", 2, 1, u32::MAX)].concat());
        assert_eq!(check(&stream), Ok(()), "a stream that ends early is the reader's matter");
        assert!(check(b"\xd0\xcf\x11\xe0").is_err());
    }

    #[test]
    fn sheets_of_two_far_corners_are_refused() {
        let cell = |row: u16, column: u16| {
            [&0x0203u16.to_le_bytes()[..], &14u16.to_le_bytes(), &row.to_le_bytes(), &column.to_le_bytes(), &[0; 10]].concat()
        };
        assert_eq!(check_cells(&[cell(0, 0), cell(9, 9)].concat()), Ok(()));
        assert!(check_cells(&[cell(0, 0), cell(u16::MAX, 255)].concat()).is_err_and(|words| words.contains("4000000 cells")));
    }
}
