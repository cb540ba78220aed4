package grant

import (
	"errors"
	"iter"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// Machines for the tests that make mistakes in them.
var (
	FundMachine  = &fundMachine
	AwardMachine = &awardMachine
)

// concerning is a fund as the commands see it that concern an award of bay/green.
func concerning(f *Fund, s sp.Stamp) fundView {
	return fundView{f: f, funder: directory.ID(s.By.For), provider: "bay/green"}
}

// MayFund asks a fund about a command that concerns an award of bay/green.
func MayFund(f *Fund, c FundCommand, s sp.Stamp) error { return f.root.May(concerning(f, s), c, s) }

// LegalFund lists what may be given to a fund about an award of bay/green.
func LegalFund(f *Fund, s sp.Stamp) iter.Seq[FundCommand] { return f.root.Legal(concerning(f, s), s) }

// GiveFund records what moves no money, by each command, without an award beside it.
func GiveFund(f *Fund, c FundCommand, s sp.Stamp) error {
	event := map[FundCommand]FundEvent{
		FundOpen: FundOpened{Funder: directory.ID(s.By.For), Currency: sp.GBP, YearStarts: 4}, FundAllocate: FundAllocated{Year: 2030}, FundDraw: FundDrawn{Year: 2030},
		FundVire: FundVired{Year: 2030}, FundReceive: FundVired{Year: 2030}, FundCommit: FundCommitted{}, FundPay: FundPaid{},
		FundRelease: FundReleased{}, FundRecover: FundRecovered{}, FundClose: FundYearClosed{Year: 2020}, FundWindUp: FundWoundUp{},
	}[c]
	if event == nil {
		return errors.New("no such command")
	}
	return f.record(c, concerning(f, s), s, nil, event)
}

// FoldAfter has a fund bring forward what happened to its awards after so few events.
func FoldAfter(f *Fund, events int) {
	short := pages
	short.Every = events
	f.root.Fold(short)
}
