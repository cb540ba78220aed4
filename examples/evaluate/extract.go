package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent/optout"
	"github.com/socialprescribing/sp/decode"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/extract"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
)

// An extraction is a table with a row for each referral, for those who may study single people.
type extraction struct{ folder, agreement, key string }

func (x *extraction) declare(flags *flag.FlagSet) {
	flags.StringVar(&x.folder, "extract", "", "write the pseudonymous extract, a row for each referral, with its data dictionary to a `folder`, and nothing else; with -agreement and -key")
	flags.StringVar(&x.agreement, "agreement", "", "JSON `file` that says for whom an extract is and on what grounds, such as testdata/agreement.json")
	flags.StringVar(&x.key, "key", "", "`file` with the secret of the pseudonyms, such as k1.key: 32 bytes or more as hex digits, made by: openssl rand -hex 32. It stays with the controller")
}

// check fails for flags that do not go together.
func (x *extraction) check(others string) error {
	switch {
	case x.folder == "" && x.agreement+x.key == "":
		return nil
	case x.folder == "" || x.agreement == "" || x.key == "":
		return errors.New("-extract, -agreement and -key go together")
	case others != "":
		return errors.New("-extract is for one audience and goes nowhere with what is for others: leave out -out, -parquet, -report, -barrier and -mirror")
	}
	return nil
}

// An agreement is what an extract rests on, as it is kept in a file.
type agreement struct {
	Audience  disclosure.Audience `json:"audience"`           // for whom alone it is
	Why       string              `json:"why"`                // such as the number of a data sharing agreement
	Project   string              `json:"project"`            // pseudonyms of two projects cannot be joined
	Footing   optout.Footing      `json:"footing"`            // the legal basis
	Reference string              `json:"reference,omitzero"` // of an exemption
	Leaves    sp.Date             `json:"leaves"`             // the day on which the extract leaves
	OptOuts   string              `json:"optOuts,omitzero"`   // CSV file beside this one: person, nhs number, opted out (yes, no or empty)
	Asked     sp.Date             `json:"asked,omitzero"`     // when the national service was asked who has opted out
	K         int                 `json:"k,omitzero"`         // how many people must look alike
}

// make writes the extract of a log, and prints what is in it and what is not.
func (x *extraction) make(ctx context.Context, stdout io.Writer, log iter.Seq2[store.RecordedEvent, error], s *settings) error {
	o, err := x.options()
	if err != nil {
		return err
	}
	o.Period, o.AsOf = s.options.Period, s.options.AsOf
	made, err := extract.Make(ctx, log, o)
	if err != nil {
		return err
	}
	dictionary, err := extract.Dictionary()
	if err != nil {
		return err
	}
	err = writeFiles(x.folder, map[string]func(io.Writer) error{
		"extract.csv": made.Table().WriteCSV, "dictionary.csv": dictionary.WriteCSV,
		"datapackage.json": func(w io.Writer) error { return made.Table().WritePackage(w, "Referrals for "+string(o.Audience)) },
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "EXTRACT  for %s alone, by %s\n\nFOR THE CONTROLLER  exact numbers, which go nowhere with the table\n%s%s", o.Audience, o.Why, made.Report(), s.sheet.rows())
	return err
}

// options reads on what an extract rests.
func (x *extraction) options() (o extract.Options, err error) {
	text, err := os.ReadFile(x.agreement)
	if err != nil {
		return o, err
	}
	a, err := decode.JSON[agreement](text, decode.Options{Subject: x.agreement})
	if err != nil {
		return o, err
	}
	o = extract.Options{Audience: a.Audience, Why: a.Why, Project: a.Project, K: a.K, OptOut: optout.Options[person.ID]{Footing: a.Footing, Reference: a.Reference, On: a.Leaves}}
	if o.Keys, err = keyring(x.key); err != nil || a.OptOuts == "" {
		return o, err
	}
	answers, err := readAnswers(filepath.Join(filepath.Dir(x.agreement), a.OptOuts))
	if err != nil {
		return o, err
	}
	o.OptOut.Number = func(id person.ID) sp.NHSNumber { return answers.numbers[id] }
	o.OptOut.Lookup = optout.Lookup{On: a.Asked, In: func(n sp.NHSNumber) sp.Truth { return answers.optedOut[n.Reveal()] }}
	return o, nil
}

// keyring reads the secret of pseudonyms, which bear the name of its file.
func keyring(path string) (subject.Keyring, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return subject.Keyring{}, err
	}
	secret, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		return subject.Keyring{}, fmt.Errorf("%s: must be hex digits, as openssl rand -hex 32 makes them", path) // the cause would repeat one
	}
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	return subject.Keyring{Keys: []subject.Key{{ID: name, Secret: sp.Hide(secret)}}}, nil
}

// answers are who has which number, and which of these have opted out.
type answers struct {
	numbers  map[person.ID]sp.NHSNumber
	optedOut map[string]sp.Truth
}

func readAnswers(path string) (a answers, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return a, err
	}
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff")))) // a spreadsheet puts a mark before the header
	header, err := in.Read()
	if err != nil || !slices.Equal(header, []string{"person", "nhs number", "opted out"}) {
		return a, fmt.Errorf("%s: must have the columns person, nhs number and opted out", path)
	}
	a = answers{map[person.ID]sp.NHSNumber{}, map[string]sp.Truth{}}
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return a, nil
		}
		if err != nil {
			return a, fmt.Errorf("%s: %w", path, err)
		}
		if err := a.add(row); err != nil {
			line, _ := in.FieldPos(0)
			return a, fmt.Errorf("%s:%d: %w", path, line, err)
		}
	}
}

// add adds a row. A person who stands twice would have two answers.
func (a answers) add(row []string) error {
	number, err := sp.ParseNHSNumber(row[1])
	if err != nil {
		return err
	}
	id, out := person.ID(row[0]), map[string]sp.Truth{"yes": sp.Yes, "no": sp.No, "": sp.Unknown}
	said, known := out[row[2]]
	e := &sp.InvalidError{Subject: "opt-outs"}
	_, twice := a.numbers[id]
	e.Check(!twice, "person", sp.Duplicate, "must stand once")
	_, shared := a.optedOut[number.Reveal()]
	e.Check(!shared, "nhs number", sp.Duplicate, "must be of one person")
	e.Check(known, "opted out", sp.NotListed, "must be yes, no or empty")
	a.numbers[id], a.optedOut[number.Reveal()] = number, said
	return e.Err()
}
