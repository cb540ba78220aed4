package directory_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory"
)

// The words stand in stored records, in feeds and in other people's programs, so
// that none may change its spelling.
func TestStoredWordsOfPlacesAndPeopleKeepTheirSpelling(t *testing.T) {
	require.Equal(t, []directory.Access{
		"step-free", "accessible-toilet", "accessible-parking", "hearing-loop", "sign-language", "quiet-space", "transport",
	}, []directory.Access{
		directory.StepFree, directory.AccessibleToilet, directory.AccessibleParking, directory.HearingLoop,
		directory.SignLanguage, directory.QuietSpace, directory.Transport,
	})
	require.Equal(t, []directory.Group{"women", "men", "carers", "young-carers", "parents", "veterans"}, []directory.Group{
		directory.Women, directory.Men, directory.Carers, directory.YoungCarers, directory.Parents, directory.Veterans,
	})
	require.Equal(t, []directory.Mode{"in-person", "online", "telephone", "home-visit"}, []directory.Mode{
		directory.InPerson, directory.Online, directory.Telephone, directory.HomeVisit,
	})
	require.Equal(t, []directory.Route{"self", "link-worker", "professional"}, []directory.Route{
		directory.SelfReferral, directory.LinkWorkerReferral, directory.Professional,
	})
}
