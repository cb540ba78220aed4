package funding_test

import (
	"errors"
	"fmt"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/apportion"
	"github.com/socialprescribing/sp/funding/area"
)

// A board is practices with what they had and how many people they have.
type board struct{ people, had []int64 }

func boardsOf(t require.TestingT, boards []board) *area.Table {
	var codes, of []string
	var people, had []int64
	for b, board := range boards {
		for i := range board.people {
			codes, of = append(codes, fmt.Sprintf("P%d-%02d", b, i)), append(of, fmt.Sprint("B", b))
			people, had = append(people, board.people[i]), append(had, board.had[i])
		}
	}
	table, err := area.New(codes, 0)
	require.NoError(t, err)
	table, err = table.WithGroup("board", of)
	require.NoError(t, err)
	table, err = table.With("people", area.Meaning{Kind: area.Count}, 0, people)
	require.NoError(t, err)
	table, err = table.With("had", area.Meaning{Kind: area.Money}, 2, had)
	require.NoError(t, err)
	table, err = table.WithPopulation("people")
	require.NoError(t, err)
	return table
}

// boardsThenPractices is the question of the researcher: a floor and a cap for boards, and
// then a floor for practices.
var boardsThenPractices = funding.Policy{
	Levels: []string{"board"}, Opening: "had",
	Bounds: []funding.LevelBound{{Level: "board", Floor: funding.Bound{Growth: "0.01"}, Cap: funding.Bound{Growth: "0.06"}}},
	Floor:  funding.Bound{Growth: "-0.02"},
}

// grown returns what was had, grown by hundredths, up or down to a penny.
func grown(had, hundredths int64, up bool) int64 {
	n := had * (100 + hundredths)
	if up {
		return (n + 99) / 100
	}
	return n / 100
}

func TestAllocateKeepsTheBoundsOfBoardsAndThenThoseOfPracticesAsAPlainProgramDoes(t *testing.T) {
	feasible := 0
	rapid.Check(t, func(t *rapid.T) {
		var boards []board
		var total int64
		for range rapid.IntRange(1, 5).Draw(t, "boards") {
			var b board
			for range rapid.IntRange(1, 5).Draw(t, "practices") {
				b.people = append(b.people, rapid.Int64Range(1, 500).Draw(t, "people"))
				b.had = append(b.had, rapid.Int64Range(1, 50_000).Draw(t, "had"))
				total += b.had[len(b.had)-1]
			}
			boards = append(boards, b)
		}
		total = total * rapid.Int64Range(99, 108).Draw(t, "of what was had") / 100
		areas := boardsOf(t, boards)
		got, err := funding.Allocate(sp.Pence(total), areas, boardsThenPractices)

		// The plain way: the boards among each other, and then the practices of each.
		var keys []string
		var need []*big.Rat
		var low, high []int64
		var lows, highs int64
		for k, b := range boards {
			var people, had, least int64
			for i := range b.people {
				people, had, least = people+b.people[i], had+b.had[i], least+grown(b.had[i], -2, true)
			}
			keys, need = append(keys, fmt.Sprint("B", k)), append(need, whole(people))
			low, high = append(low, max(grown(had, 1, true), least)), append(high, grown(had, 6, false))
			if low[k] > high[k] {
				lows = 1 << 60
			}
			lows, highs = lows+low[k], highs+high[k]
		}
		if lows > total || highs < total {
			require.ErrorIs(t, err, sp.ErrInvalid)
			_, infeasible := errors.AsType[*apportion.InfeasibleError](err)
			require.True(t, infeasible)
			return
		}
		feasible++
		require.NoError(t, err)
		shares, _ := clamp(total, keys, need, low, high)
		var sum int64
		for k, b := range boards {
			keys, need, low, high = nil, nil, nil, nil
			for i := range b.people {
				keys, need = append(keys, fmt.Sprintf("P%d-%02d", k, i)), append(need, whole(b.people[i]))
				low, high = append(low, grown(b.had[i], -2, true)), append(high, 1<<60)
			}
			of, _ := clamp(shares[k], keys, need, low, high)
			for i, code := range keys {
				m, _ := got.Of(code)
				require.Equal(t, of[i], m.Minor(), code)
				sum += m.Minor()
			}
		}
		require.Equal(t, total, sum, "not a penny is lost at either level")
	})
	require.Positive(t, feasible)
}

func TestAllocateSaysWhichBoundsOfALevelCannotBe(t *testing.T) {
	areas := boardsOf(t, []board{{[]int64{1, 1}, []int64{100, 100}}, {[]int64{1}, []int64{100}}})
	for says, c := range map[string]func(*funding.Policy){
		"bounds[0].level must be one of the levels":   func(p *funding.Policy) { p.Levels = nil },
		"bounds[1].level must not be \"board\" twice": func(p *funding.Policy) { p.Bounds = append(p.Bounds, p.Bounds[0]) },
		"opening must be a column":                    func(p *funding.Policy) { p.Opening = "" },
		"region":                                      func(p *funding.Policy) { p.Levels = []string{"board", "region"} },
		"bounds must not be set where gains":          func(p *funding.Policy) { p.Damped = true },
	} {
		p := boardsThenPractices
		c(&p)
		_, err := funding.Allocate(sp.Pence(310), areas, p)
		require.ErrorContains(t, err, says)
	}
	p := boardsThenPractices
	p.Floor = funding.Bound{Growth: "0.5"}
	_, err := funding.Allocate(sp.Pence(310), areas, p)
	require.ErrorContains(t, err, "B0: floor of £3.00 is £0.88 above its cap of £2.12", "floors of practices that their board cannot pay")
}

func TestAnExplanationNamesTheBoundsOfGroups(t *testing.T) {
	areas := boardsOf(t, []board{{[]int64{1, 3}, []int64{10_000, 10_000}}, {[]int64{40}, []int64{20_000}}})
	a, err := funding.Allocate(sp.Pence(41_000), areas, boardsThenPractices)
	require.NoError(t, err)
	for code, want := range map[string][2]string{
		"P0-00": {"floor of board B0", "floor"}, "P0-01": {"floor of board B0", "bounds within groups"}, "P1-00": {"bounds beside board B1", "bounds within groups"},
	} {
		e, err := a.Explain(code)
		require.NoError(t, err)
		last := len(e.Steps) - 1
		require.Equal(t, want, [2]string{e.Steps[last-2].Name, e.Steps[last-1].Name}, code)
		money := new(big.Rat).SetInt64(e.Total.Minor())
		for _, s := range e.Steps {
			require.Zero(t, s.Money.Cmp(money.Mul(money, s.Factor)), "%s: %s", code, s.Name)
		}
		require.Equal(t, e.Amount.Minor(), money.Num().Int64(), code)
	}
	boards, err := a.By("board")
	require.NoError(t, err)
	require.Equal(t, sp.Pence(20_200), boards[0].Amount, "the floor of one per cent")
	require.Equal(t, sp.Pence(20_800), boards[1].Amount)
}
