package importer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// ReadJSON reads records of HSDS 3 or Open Referral UK 3: one of them, an array,
// a page as the API sends it, or any number of these after each other, such as
// one a line. Records are services, organisations, services at locations and
// locations, each with all that is nested in it; where one is nested in many,
// it is imported once. Page counts are not believed, or even read. The
// identifiers of parts that are no records, such as schedules, are not kept.
//
// Control characters within strings, which some feeds send raw, become spaces.
// A record that is not JSON is reported, and so is one that does not end, after
// which reading goes on at the next line. Name is what issues call the input.
func ReadJSON(ctx context.Context, r io.Reader, name string, o directory.ImportOptions) (directory.Catalogue, []sp.Issue, error) {
	im := newImporter(ctx, o, name)
	j := jsonReader{importer: im, venues: map[directory.ID]int{}}
	s := newSplitter(withoutBOM(interruptible{ctx, r}))
	for {
		raw, err := s.next()
		im.line = s.start
		switch {
		case errors.Is(err, io.EOF):
			if !s.any {
				im.report(sp.Error, "", "", "empty-file", "there is nothing in it")
			}
			j.dangling()
			im.progress()
			return im.catalogue, im.issues, nil
		case errors.Is(err, errNoRecord):
			im.report(sp.Error, "", "", "not-a-record", "is not a JSON object")
			continue
		case errors.Is(err, errTruncated):
			im.report(sp.Error, "", "", "truncated", "a record or a list does not end")
			continue
		case err != nil:
			return directory.Catalogue{}, nil, fmt.Errorf("import: read %s: %w", name, err)
		}
		if err := im.step(); err != nil {
			return directory.Catalogue{}, nil, err
		}
		if s.deep {
			im.report(sp.Error, "", "", "too-deep", "is nested more than 64 times")
			continue
		}
		if s.dirty {
			raw = withoutControls(raw)
			im.report(sp.Note, "", "", "control-characters", "stand raw within strings; they were read as spaces")
		}
		if !utf8.Valid(raw) { // which the decoder would mend without a word
			im.report(sp.Warning, "", "", "bad-encoding", "is not UTF-8; what cannot be read is marked")
		}
		fields, err := decode(raw)
		if err != nil {
			im.report(sp.Error, "", "", "invalid-json", err.Error())
			continue
		}
		j.record(fields)
	}
}

// decode reads one object, keeping numbers as they are written.
func decode(raw []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var fields map[string]any
	if err := d.Decode(&fields); err != nil {
		if bad, ok := errors.AsType[*json.SyntaxError](err); ok {
			// Its text may quote the input; the place is enough.
			return nil, fmt.Errorf("is not JSON at its byte %d", bad.Offset)
		}
		return nil, errors.New("is not JSON")
	}
	return fields, nil
}

// withoutControls returns raw JSON with the control characters in its strings
// replaced by spaces.
func withoutControls(raw []byte) []byte {
	clean := bytes.Clone(raw)
	inString, escaped := false, false
	for i, c := range clean {
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
			clean[i] = ' '
		}
	}
	return clean
}
