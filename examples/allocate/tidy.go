package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"os"
	"strconv"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
)

// header names the columns of tidy data, by words that R and pandas leave as they are.
var header = []string{"policy", "group", "code", "people", "pounds", "target", "bound", "distance"}

// A tidy file has a row for each policy and area.
type tidy struct {
	file   *os.File
	buffer *bufio.Writer
	out    *csv.Writer
	groups []string
	people []string
}

func newTidy(name string, areas *area.Table, group string) (*tidy, error) {
	t := &tidy{}
	if group != "" {
		var err error
		if t.groups, err = areas.Group(group); err != nil {
			return nil, err
		}
	}
	heads, err := areas.Floats(areas.Population())
	if err != nil {
		return nil, err
	}
	for _, n := range heads {
		t.people = append(t.people, strconv.FormatFloat(n, 'f', -1, 64))
	}
	if t.file, err = os.Create(name); err != nil {
		return nil, err
	}
	t.buffer = bufio.NewWriterSize(t.file, 1<<16)
	t.out = csv.NewWriter(t.buffer)
	return t, t.out.Write(header)
}

// add writes the rows of a policy.
func (t *tidy) add(a *funding.Allocation) error {
	details, err := a.Details()
	if err != nil {
		return err
	}
	row := make([]string, len(header))
	row[0] = a.Policy().Name
	for i, d := range details {
		if t.groups != nil {
			row[1] = t.groups[i]
		}
		row[2], row[3], row[4], row[5], row[6] = d.Code, t.people[i], plain(d.Amount.Minor()), plain(d.Target.Minor()), d.Bound
		if row[7] = ""; d.Defined == sp.Yes {
			row[7] = strconv.FormatFloat(d.Distance, 'f', 6, 64)
		}
		if err := t.out.Write(row); err != nil {
			return err
		}
	}
	return nil
}

// plain writes pence as pounds with two decimals.
func plain(pence int64) string {
	var b []byte
	n := uint64(pence) //nolint:gosec // its sign is written apart
	if pence < 0 {
		b, n = append(b, '-'), -n
	}
	b = strconv.AppendUint(b, n/100, 10)
	return string(append(b, '.', byte('0'+n/10%10), byte('0'+n%10)))
}

func (t *tidy) close() error {
	t.out.Flush()
	return errors.Join(t.out.Error(), t.buffer.Flush(), t.file.Close())
}
