// Package result holds the results of a run of cohort: a [Segmentation] with
// its segments, users and scores, the explanation of one user ([Why]), the
// places of new users ([Assignment]), and edits made by hand ([Edit]).
//
// They are plain data, written and read as JSON (WriteJSON, ReadJSON) in a
// format that has a schema (Schema). The package does not depend on those that
// find the results, so programs that only read, draw or compare finished runs
// need not compile them. Package cohort has the same types under the same
// names.
//
//	s, err := result.ReadJSON(file)
//	for _, u := range s.Users {
//		if p := s.Profile(u.Segment); p != nil { // nil: they are Unassigned
//			fmt.Println(u.ID, p.Name)
//		}
//	}
//
// A user's margin says how clearly they belong to their segment: (distance to the
// centre of the runner-up - distance to their own) / the larger of the two. It is
// 1 at the centre, 0 on the border to the runner-up, and negative if the other
// centre is nearer. The runner-up is the nearest other segment.
package result
