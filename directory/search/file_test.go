package search_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/search"
	"github.com/socialprescribing/sp/internal/tier"
)

func written(tb testing.TB, s *search.Snapshot) []byte {
	tb.Helper()
	var b bytes.Buffer
	n, err := s.WriteTo(&b)
	require.NoError(tb, err)
	require.EqualValues(tb, b.Len(), n)
	return b.Bytes()
}

func TestASnapshotThatIsOpenedAnswersAsTheOneThatWasWritten(t *testing.T) {
	w := world{rand.New(rand.NewPCG(19, 20))}
	for _, n := range []int{0, 1, 64, 300} {
		offers := w.offers(n)
		s := search.Build(offers)
		opened, err := search.Open(written(t, s))
		require.NoError(t, err)
		require.Equal(t, n, opened.Len())
		index := directory.NewIndex(offers)
		var a search.Answer
		for range tier.Pick(60, 300, 3000) {
			q := w.query()
			opened.Find(search.Query{Query: q}, &a)
			same(t, index.Find(q), &a, q)
		}
		once := written(t, opened)
		again, err := search.Open(once)
		require.NoError(t, err)
		require.True(t, bytes.Equal(once, written(t, again)), "written again, it is the same")
	}
}

func TestASnapshotIsWrittenWithWhatChanged(t *testing.T) {
	w := world{rand.New(rand.NewPCG(21, 22))}
	come := w.offer(500)
	s := search.Build(w.offers(100)).With([]directory.Offer{w.offer(5), come}, "bay/00007")
	opened, err := search.Open(written(t, s))
	require.NoError(t, err)
	require.Equal(t, s.Len(), opened.Len())
	_, ok := opened.Offer("bay/00007")
	require.False(t, ok)
	o, ok := opened.Offer("bay/00500")
	require.True(t, ok)
	require.Equal(t, come.Name, o.Name)
}

func TestADamagedSnapshotIsRefused(t *testing.T) {
	w := world{rand.New(rand.NewPCG(23, 24))}
	whole := written(t, search.Build(w.offers(5)))
	for i := range whole {
		damaged := slices.Clone(whole)
		damaged[i] ^= 1 << (i % 8)
		_, err := search.Open(damaged)
		require.ErrorIs(t, err, sp.ErrInvalid, "byte %d", i)
		_, err = search.Open(whole[:i])
		require.ErrorIs(t, err, sp.ErrInvalid, "%d bytes", i)
	}
	_, err := search.Open(append(slices.Clone(whole), 0))
	require.ErrorIs(t, err, sp.ErrInvalid)
}

// Whoever makes a file with a right sum can make it say anything, but never panic.
func FuzzOpen(f *testing.F) {
	w := world{rand.New(rand.NewPCG(25, 26))}
	for _, n := range []int{0, 1, 70} {
		b := written(f, search.Build(w.offers(n)))
		f.Add(b[:len(b)-4])
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		s, err := search.Open(search.Summed(body))
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		var a search.Answer
		for range 5 {
			s.Find(search.Query{Query: w.query()}, &a)
		}
	})
}
