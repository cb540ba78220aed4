package importer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/internal/csvfile"
)

// ReadJSON reads records of HSDS 3 or Open Referral UK, see package hsds.
func ReadJSON(ctx context.Context, r io.Reader, name string, o feed.Options) (directory.Catalogue, []sp.Issue, error) {
	im := New(ctx, o, name)
	if err := im.AddJSON(r, name); err != nil {
		return directory.Catalogue{}, nil, err
	}
	c, issues := im.Finish()
	return c, issues, nil
}

// AddJSON reads one input of JSON into what was read before.
func (im *Importer) AddJSON(r io.Reader, name string) error {
	im.file, im.size, im.got = name, bytesOf(r), 0
	s := newSplitter(withoutBOM(interruptible{im.ctx, r}))
	if im.longest > 0 {
		s.most = im.longest
	}
	t := &tree{}
	page := 0
	for {
		raw, err := s.next()
		im.line = s.start
		if ended, fault := im.fault(s, err); ended || fault != nil {
			return fault
		} else if err != nil {
			continue
		}
		if err := im.step(); err != nil {
			return err
		}
		if im.unusable(s) {
			continue
		}
		im.pool.release()
		if im.retained {
			t, im.retained, im.room.values = &tree{}, false, 0
		}
		if !im.parsedTo(t, im.decodable(s, raw), s.marks) {
			continue
		}
		if im.options.IDs == feed.PageIDs && s.page != page {
			page = s.page
			im.page = hashOf(t.canonical(nil, 0))[:12]
		}
		if s.list == "content" && len(s.envelopes) > 0 {
			im.once("content", func() {
				im.report(sp.Note, "", "content", "old-envelope", "the envelope is that of Open Referral UK 1")
			})
		}
		in := im.options.Endpoint
		if tables[s.list] != "" {
			in = s.list
		}
		if s.key != "" {
			im.saysMap(s.list)
		}
		im.Record(in, im.keyed(im.root(t, 0), s.key))
	}
}

// parsedTo reads the text of a record, of which no more than so many values are to be
// expected, and reports what is odd about it. It is false for what is not JSON.
func (im *Importer) parsedTo(t *tree, text string, marks int) bool {
	if err := t.parse(text, marks); err != nil {
		im.report(sp.Error, "", "", "invalid-json", err.Error())
		return false
	}
	im.room.read(len(text))
	im.got += len(text) + 1
	im.room.parsed(len(t.nodes))
	if t.lenient {
		im.report(sp.Note, "", "", "json-form", "is JSON but for a comma behind the last of a list, or a number such as NaN, which is nothing")
	}
	if t.foreign > 0 {
		im.once("fields of "+im.file, func() {
			n := t.nodes[t.foreign]
			im.report(sp.Note, "", "", "field-form", "names of fields are not those of the standard, and were read as such: "+t.source[n.start:n.end]+" as "+t.text(t.foreign))
		})
	}
	return true
}

// fault reports what the splitter failed with, and whether reading has ended.
func (im *Importer) fault(s *splitter, err error) (ended bool, fault error) {
	switch {
	case err == nil:
	case errors.Is(err, io.EOF):
		if !s.any {
			im.report(sp.Error, "", "", "empty-file", "there is nothing in it")
		}
		return true, nil
	case errors.Is(err, errNoRecord):
		im.report(sp.Error, "", "", "not-a-record", "is not a JSON object")
	case errors.Is(err, errPassed):
		im.passed(s.passed)
	case errors.Is(err, errTruncated):
		im.report(sp.Error, "", "", "truncated", "a record or a list does not end")
	case errors.Is(err, errLost):
		id := ""
		if m := lostID.FindSubmatch(s.buf); m != nil {
			id = string(m[1])
		}
		im.report(sp.Error, id, "", "no-record", "has lists of records and an identifier or a name after them; it was read as an envelope, and nothing is made of the rest")
	default:
		return true, fmt.Errorf("import: read %s: %w", im.file, err)
	}
	return false, nil
}

// lostID finds the identifier of a record that was taken for a page.
var lostID = regexp.MustCompile(`"id"\s*:\s*"([\w.:~/@-]{1,100})"`)

// unusable reports a record that is out of bounds.
func (im *Importer) unusable(s *splitter) bool {
	switch {
	case s.deep:
		im.report(sp.Error, "", "", "too-deep", "is nested more than 64 times")
	case s.long:
		im.report(sp.Error, "", "", "too-long", "has more than 64 megabytes")
	}
	return s.deep || s.long
}

// decodable returns the text of a record as JSON in UTF-8, as far as that can be
// had, and reports what had to be done.
func (im *Importer) decodable(s *splitter, raw []byte) string {
	defer s.rest()
	if s.dirty {
		withoutControls(raw)
		im.report(sp.Note, "", "", "control-characters", "stand raw within strings; they were read as spaces")
	}
	if utf8.Valid(raw) {
		return string(raw)
	}
	if im.options.Repairs.StrictUTF8 {
		im.report(sp.Warning, "", "", "bad-encoding", "is not UTF-8; what cannot be read is marked")
		return fit(string(raw))
	}
	im.report(sp.Note, "", "", "bad-encoding", "is not UTF-8; what is not was read as Windows-1252")
	text, _ := csvfile.Repair(string(raw))
	return text
}

// withoutControls replaces the control characters in strings of JSON by spaces.
func withoutControls(raw []byte) {
	inString, escaped := false, false
	for i, c := range raw {
		switch {
		case !inString:
			inString = c == '"'
		case escaped:
			escaped = false
		case c == '\\':
			escaped = true
		case c == '"':
			inString = false
		case c < ' ':
			raw[i] = ' '
		}
	}
}

// ReadFiles reads the files of a folder that are JSON by their names, as one input.
func ReadFiles(ctx context.Context, folder fs.FS, o feed.Options) (directory.Catalogue, []sp.Issue, error) {
	im := New(ctx, o, "files")
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return directory.Catalogue{}, nil, fmt.Errorf("import: %w", err)
	}
	read := 0
	for _, e := range entries {
		if ext := strings.ToLower(path.Ext(e.Name())); e.IsDir() || ext != ".json" && ext != ".jsonl" && ext != ".ndjson" {
			continue
		}
		read++
		if err := im.addFile(folder, e.Name()); err != nil {
			return directory.Catalogue{}, nil, err
		}
	}
	if read == 0 {
		return directory.Catalogue{}, nil, fmt.Errorf("import: read a folder of JSON: %w", fs.ErrNotExist)
	}
	c, issues := im.Finish()
	return c, issues, nil
}

func (im *Importer) addFile(folder fs.FS, name string) error {
	f, err := folder.Open(name)
	if err != nil {
		return fmt.Errorf("import: read %s: %w", name, err)
	}
	defer f.Close() //nolint:errcheck // nothing was written
	return im.AddJSON(f, name)
}

// AddBody reads one answer of an API into what was read before.
func (im *Importer) AddBody(body []byte, name string, detail bool) error {
	endpoint := im.options.Endpoint
	if detail && endpoint == "" {
		im.options.Endpoint = string(tableServices)
	}
	err := im.AddJSON(bytes.NewReader(body), name)
	im.options.Endpoint = endpoint
	return err
}

// Identifiers returns those of the records of a page, in their order, and whether
// the page says that it is the last. It is not readable if it holds no JSON at all.
func Identifiers(ctx context.Context, body []byte) (ids []string, last, readable bool) {
	if start := bytes.TrimLeft(bytes.TrimPrefix(body, []byte("\uFEFF")), " \t\r\n"); len(start) > 0 {
		readable = start[0] == '{' || start[0] == '['
	}
	s := newSplitter(withoutBOM(bytes.NewReader(body)))
	im := New(ctx, feed.Options{}, "")
	t := &tree{}
	for {
		raw, err := s.next()
		switch {
		case errors.Is(err, io.EOF):
			return ids, lastPage.Match(body), readable
		case errors.Is(err, errNoRecord) || errors.Is(err, errTruncated) || errors.Is(err, errLost) || errors.Is(err, errPassed):
			continue
		case err != nil:
			return ids, false, readable
		}
		im.pool.release()
		if s.deep || s.long || t.parse(im.decodable(s, raw), s.marks) != nil {
			continue
		}
		ids = im.root(t, 0).identifiers(ids)
	}
}

// Total returns how many records a page says that its list has, and false if it does
// not say.
func Total(body []byte) (n int, ok bool) {
	m := totalOf.FindSubmatch(body)
	if m == nil {
		return 0, false
	}
	return figures(string(m[1])), true
}

// totalOf is how both standards say how many records there are.
var totalOf = regexp.MustCompile(`"(?:total_items|totalElements)"\s*:\s*(\d{1,9})\b`)

// lastPage is how both standards say that a page is the last.
var lastPage = regexp.MustCompile(`"(?:last_page|last)"\s*:\s*true`)

// identifiers adds the identifier of a record, or those of the records in an
// envelope.
func (o *Object) identifiers(ids []string) []string {
	if id := o.peek("id"); id != "" {
		return append(ids, id)
	}
	t := o.t
	for j := o.at + 1; j < t.nodes[o.at].next; j = t.nodes[j+1].next {
		if field := t.text(j); !wrappers[field] && tables[field] != tableServices || t.nodes[j+1].kind != list {
			continue
		}
		for i := j + 2; i < t.nodes[j+1].next; i = t.nodes[i].next {
			if t.nodes[i].kind == object {
				ids = o.im.root(t, i).identifiers(ids)
			}
		}
	}
	return ids
}
