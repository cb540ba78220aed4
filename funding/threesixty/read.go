package threesixty

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/internal/csvfile"
)

// Read reads grants from a JSON or a CSV file, which it tells apart by what they begin
// with. The name is that of the file, for issues. It holds the file in memory.
//
// Whatever is odd is in the issues, with its line in a CSV file and its path in JSON, at
// most a thousand of a kind: what the standard requires and a grant lacks, numbers and
// dates that cannot be read and are unknown, and how contradictory dates were understood.
// No grant is left out. The error is [sp.ErrInvalid] if the file is neither JSON with
// grants nor a CSV file with their columns, and otherwise that of r.
func Read(r io.Reader, name string) ([]Grant, []sp.Issue, error) {
	text, err := csvfile.Decode(r)
	if err != nil {
		return nil, nil, fmt.Errorf("threesixty: %s: %w", name, err)
	}
	head, err := text.Peek(512)
	if err != nil && err != io.EOF { //nolint:errorlint // Peek returns it as it is
		return nil, nil, fmt.Errorf("threesixty: %s: %w", name, err)
	}
	in := &source{file: name}
	if head = bytes.TrimSpace(head); len(head) > 0 && (head[0] == '{' || head[0] == '[') {
		err = in.json(text)
	} else {
		err = in.csv(text)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("threesixty: %s: %w", name, err)
	}
	return in.grants, in.issues.List(), nil
}

// A source is a file that is being read.
type source struct {
	file   string
	issues csvfile.Issues
	grants []Grant

	currency sp.Currency // the last that was looked up
	digits   int         // of its minor unit
}

// A published grant is one as its file has it, in texts.
type published struct {
	id, title, description, currency, amount, awarded, modified string
	planned, actual                                             dates
	recipient, funder                                           Organisation
	individual                                                  bool
	programme, related                                          string
}

// names are the words of a kind of file for the members of the standard.
type names func(member string) string

// add understands a published grant.
func (in *source) add(p *published, line int, at string, of names) {
	g := Grant{
		ID: contract.ID(p.id), Title: p.title, Recipient: p.recipient, Funder: p.funder, Programme: p.programme,
		Related: contract.ID(p.related), Modified: p.modified, Line: line, At: at,
	}
	if !sp.ValidID(g.ID) {
		g.ID = ""
	}
	report := func(severity sp.Severity, field, code, detail string) {
		in.issues.Add(g.where(severity, in.file, field, code, detail))
	}
	p.required(report, of)
	g.Amount, g.Stated = in.money(p, report, of)
	if p.awarded != "" {
		var ok bool
		if g.Awarded, _, ok = parseDate(p.awarded, start); !ok {
			report(sp.Warning, of("awardDate"), "bad-date", "is no date such as 2025-04-01, and is unknown")
		}
	}
	if n, ok := p.planned.duration(); ok {
		g.Months = n
	}
	of1 := func(prefix string) func(string) string { return func(name string) string { return of(prefix + name) } }
	if g.Period = p.planned.period(report, of1("plannedDates[0].")); !p.actual.empty() {
		actual := p.actual.period(report, of1("actualDates[0]."))
		if actual.Start.IsZero() {
			actual.Start = g.Period.Start
		}
		if actual.End.IsZero() && actual.Start < g.Period.End {
			actual.End = g.Period.End
		}
		g.Period = actual
	}
	in.grants = append(in.grants, g)
}

// required notes what the standard requires and the grant does not have.
func (p *published) required(report func(severity sp.Severity, field, code, detail string), of names) {
	recipient := p.recipient.ID
	if p.individual {
		recipient = "a person"
	}
	for _, r := range [...]struct{ member, value string }{
		{"id", p.id},
		{"title", p.title},
		{"description", p.description},
		{"currency", p.currency},
		{"amountAwarded", p.amount},
		{"awardDate", p.awarded},
		{"recipientOrganization[0].id", string(recipient)},
		{"fundingOrganization[0].id", string(p.funder.ID)},
	} {
		if r.value == "" {
			report(sp.Note, of(r.member), "missing-member", "is required by the standard and is not there")
		}
	}
}

// money reads the amount awarded. It is not known if it or its currency is not stated.
func (in *source) money(p *published, report func(severity sp.Severity, field, code, detail string), of names) (sp.Money, sp.Truth) {
	if p.amount == "" || p.currency == "" {
		return sp.Money{}, sp.No
	}
	if string(in.currency) != p.currency {
		currency := sp.Currency(strings.ToUpper(p.currency))
		if _, err := currency.Of(decimal.Zero, sp.Exact); err != nil {
			report(sp.Warning, of("currency"), "bad-currency", "is no code of three letters, such as GBP, and the amount is unknown")
			return sp.Money{}, sp.No
		}
		in.currency, in.digits = currency, currency.Digits()
	}
	if minor, ok := plainAmount(p.amount, in.digits); ok {
		return sp.NewMoney(minor, in.currency), sp.Yes
	}
	m, err := sp.ParseMoney(strings.TrimLeft(p.amount, "£€$ ") + " " + string(in.currency))
	if err != nil && len(p.amount) < 40 {
		if d, exact := decimal.NewFromString(p.amount); exact == nil {
			m, err = in.currency.Of(d, sp.Exact) // with an exponent, or more decimals than pence, all zero
		}
	}
	if err != nil {
		report(sp.Warning, of("amountAwarded"), "bad-amount", "is no amount of money in whole pence, and is unknown")
		return sp.Money{}, sp.No
	}
	return m, sp.Yes
}

// plainAmount reads an amount of digits, and a point with at most so many behind it, as nearly all are:
// 9000.5 is 900050 pence. It reports false for whatever else, which may be an amount too.
func plainAmount(amount string, decimals int) (minor int64, ok bool) {
	whole, fraction, point := strings.Cut(amount, ".")
	if whole == "" || len(amount) > 14 || len(fraction) > decimals || point && fraction == "" {
		return 0, false
	}
	for _, part := range [...]string{whole, fraction} {
		for _, r := range []byte(part) {
			if r < '0' || r > '9' {
				return 0, false
			}
			minor = 10*minor + int64(r-'0')
		}
	}
	for range decimals - len(fraction) {
		minor *= 10
	}
	return minor, true
}
