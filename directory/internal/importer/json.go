package importer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// ReadJSON reads records of HSDS 3 or Open Referral UK, see package hsds.
func ReadJSON(ctx context.Context, r io.Reader, name string, o directory.ImportOptions) (directory.Catalogue, []sp.Issue, error) {
	im := New(ctx, o, name)
	if err := im.AddJSON(r, name); err != nil {
		return directory.Catalogue{}, nil, err
	}
	c, issues := im.Finish()
	return c, issues, nil
}

// AddJSON reads one input of JSON into what was read before.
func (im *Importer) AddJSON(r io.Reader, name string) error {
	im.file = name
	s := newSplitter(withoutBOM(interruptible{im.ctx, r}))
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
		if im.retained {
			t, im.retained = &tree{}, false
		}
		if err := t.parse(im.decodable(s, raw)); err != nil {
			im.report(sp.Error, "", "", "invalid-json", err.Error())
			continue
		}
		if im.options.IDs == directory.PageIDs && s.page != page {
			page = s.page
			im.page = hashOf(t.canonical(nil, 0))[:12]
		}
		if s.list == "content" {
			im.once("content", func() {
				im.report(sp.Note, "", "content", "old-envelope", "the envelope is that of Open Referral UK 1")
			})
		}
		im.Record(im.options.Endpoint, im.root(t, 0))
	}
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
	case errors.Is(err, errTruncated):
		im.report(sp.Error, "", "", "truncated", "a record or a list does not end")
	case errors.Is(err, errLost):
		im.report(sp.Error, "", "", "no-record", "has a list of contents and an identifier or a name after it; it was read as a page, and nothing is made of the rest")
	default:
		return true, fmt.Errorf("import: read %s: %w", im.file, err)
	}
	return false, nil
}

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
	return fromWindows1252(raw)
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

// fromWindows1252 reads the bytes that are not UTF-8 as Windows-1252.
func fromWindows1252(raw []byte) string {
	var out []rune
	for len(raw) > 0 {
		r, n := utf8.DecodeRune(raw)
		if r == utf8.RuneError && n == 1 {
			r = rune(raw[0])
			for c, b := range inWindows1252 {
				if b == raw[0] {
					r = c
				}
			}
		}
		out = append(out, r)
		raw = raw[n:]
	}
	return string(out)
}
