/**
 * Which `python:X.Y…` tags the official image has ever had.
 *
 * Source: the history of library/python in docker-library/official-images, up to 2026-08-13. Tags stay on Docker Hub
 * when a version is no longer built.
 *
 * Columns, separated by tabs: X.Y; variant; first and last patch release (`-`: no final release); pre-releases (`0rc1`
 * is X.Y.0rc1). No patch release between first and last is missing.
 */
export const pythonTags = `
2.7	alpine	11-18
2.7	alpine3.10	16-18
2.7	alpine3.11	17-18
2.7	alpine3.4	13-15
2.7	alpine3.6	13-15
2.7	alpine3.7	14-15
2.7	alpine3.8	15-16
2.7	alpine3.9	15-17
2.7	buster	16-18
2.7	jessie	13-16
2.7	slim	8-18
2.7	slim-buster	16-18
2.7	slim-jessie	14-16
2.7	slim-stretch	14-18
2.7	stretch	13-18
2.7	wheezy	8-16
3.2	slim	6-6
3.2	wheezy	6-6
3.3	alpine	6-7	7rc1
3.3	alpine3.4	6-7	7rc1
3.3	jessie	6-7	7rc1
3.3	slim	6-7	7rc1
3.3	wheezy	6-7	7rc1
3.4	alpine	4-10
3.4	alpine3.4	6-8
3.4	alpine3.7	8-9
3.4	alpine3.8	8-10
3.4	alpine3.9	9-10
3.4	jessie	6-10
3.4	slim	2-10
3.4	slim-jessie	7-10
3.4	slim-stretch	8-10
3.4	stretch	8-10
3.4	wheezy	2-10
3.5	alpine	1-10
3.5	alpine3.10	7-9
3.5	alpine3.11	9-10
3.5	alpine3.12	9-10
3.5	alpine3.4	3-5
3.5	alpine3.7	5-6
3.5	alpine3.8	5-7
3.5	alpine3.9	6-9
3.5	buster	7-10
3.5	jessie	3-7
3.5	slim	0-10	0b3
3.5	slim-buster	7-10
3.5	slim-jessie	4-7
3.5	slim-stretch	5-10
3.5	stretch	5-10
3.6	alpine	0-15	0a2,0a3,0a4,0b1,0b2,0b3,0b4,0rc1,0rc2,2rc1,2rc2
3.6	alpine3.10	8-10
3.6	alpine3.11	10-12
3.6	alpine3.12	10-13
3.6	alpine3.13	12-15
3.6	alpine3.14	13-15
3.6	alpine3.15	15-15
3.6	alpine3.4	2-5
3.6	alpine3.6	1-8	2rc1,2rc2
3.6	alpine3.7	3-8
3.6	alpine3.8	6-8
3.6	alpine3.9	8-10
3.6	bullseye	14-15
3.6	buster	9-15
3.6	jessie	2-9
3.6	slim	0-15	0a2,0a3,0a4,0b1,0b2,0b3,0b4,0rc1,0rc2,2rc1,2rc2
3.6	slim-bullseye	14-15
3.6	slim-buster	9-15
3.6	slim-jessie	3-9
3.6	slim-stretch	3-14
3.6	stretch	2-14
3.7	alpine	0-17	0a1,0a2,0a3,0a4,0b1,0b2,0b3,0b4,0b5
3.7	alpine3.10	3-7
3.7	alpine3.11	6-9
3.7	alpine3.12	7-10
3.7	alpine3.13	9-12
3.7	alpine3.14	10-13
3.7	alpine3.15	12-15
3.7	alpine3.16	13-16
3.7	alpine3.17	15-17
3.7	alpine3.18	16-17
3.7	alpine3.6	-	0a1,0a2,0a3
3.7	alpine3.7	0-2	0a3,0a4,0b1,0b2,0b3,0b4,0b5
3.7	alpine3.8	0-3
3.7	alpine3.9	2-6
3.7	bookworm	17-17
3.7	bullseye	11-17
3.7	buster	4-17
3.7	slim	0-17	0a1,0a2,0a3,0a4,0b1,0b2,0b3,0b4,0b5
3.7	slim-bookworm	17-17
3.7	slim-bullseye	11-17
3.7	slim-buster	4-17
3.7	slim-stretch	0-11	0a2,0a3,0a4,0b1,0b2,0b3,0b4,0b5
3.7	stretch	0-11	0a1,0a2,0a3,0a4,0b1,0b2,0b3,0b4,0b5
3.8	alpine	0-20	0a1,0a2,0a3,0a4,0b1,0b2,0b3,0b4,0rc1
3.8	alpine3.10	0-3	0b1,0b2,0b3,0b4,0rc1
3.8	alpine3.11	1-7
3.8	alpine3.12	3-10
3.8	alpine3.13	7-12
3.8	alpine3.14	10-13
3.8	alpine3.15	12-15
3.8	alpine3.16	13-16
3.8	alpine3.17	15-18
3.8	alpine3.18	16-19
3.8	alpine3.19	18-20
3.8	alpine3.20	19-20
3.8	alpine3.9	-	0a1,0a2,0a3,0a4,0b1
3.8	bookworm	17-20
3.8	bullseye	11-20
3.8	buster	0-17	0b1,0b2,0b3,0b4,0rc1
3.8	slim	0-20	0a1,0a2,0a3,0a4,0b1,0b2,0b3,0b4,0rc1
3.8	slim-bookworm	17-20
3.8	slim-bullseye	11-20
3.8	slim-buster	0-17	0b1,0b2,0b3,0b4,0rc1
3.8	slim-stretch	-	0a1,0a2,0a3,0a4,0b1
3.8	stretch	-	0a1,0a2,0a3,0a4,0b1
3.9	alpine	0-25	0a1,0a2,0a5,0a6,0b1,0b2,0b3,0b4,0b5,0rc1,0rc2
3.9	alpine3.10	-	0a1,0a2,0a3,0a4,0a5
3.9	alpine3.11	-	0a5,0a6,0b1,0b2,0b3,0b4,0b5
3.9	alpine3.12	0-5	0b1,0b2,0b3,0b4,0b5,0rc1,0rc2
3.9	alpine3.13	1-9
3.9	alpine3.14	5-13
3.9	alpine3.15	9-15
3.9	alpine3.16	13-16
3.9	alpine3.17	15-18
3.9	alpine3.18	16-19
3.9	alpine3.19	18-21
3.9	alpine3.20	19-22
3.9	alpine3.21	21-25
3.9	alpine3.22	22-25
3.9	bookworm	17-25
3.9	bullseye	6-23
3.9	buster	0-17	0a1,0a2,0a3,0a4,0a5,0a6,0b1,0b2,0b3,0b4,0b5,0rc1,0rc2
3.9	slim	0-25	0b5,0rc1,0rc2
3.9	slim-bookworm	17-25
3.9	slim-bullseye	6-23
3.9	slim-buster	0-17	0b5,0rc1,0rc2
3.9	slim-trixie	23-25
3.9	trixie	23-25
3.10	alpine	0-21	0a1,0a2,0a3,0a4,0a5,0a6,0a7,0b1,0b2,0b3,0b4,0rc1,0rc2
3.10	alpine3.12	-	0a1,0a2,0a3,0a4,0a5,0a6,0a7,0b1,0b2
3.10	alpine3.13	0-0	0a5,0a6,0a7,0b1,0b2,0b3,0b4,0rc1,0rc2
3.10	alpine3.14	0-4	0b3,0b4,0rc1,0rc2
3.10	alpine3.15	0-8
3.10	alpine3.16	4-11
3.10	alpine3.17	8-13
3.10	alpine3.18	11-14
3.10	alpine3.19	13-16
3.10	alpine3.20	14-17
3.10	alpine3.21	16-19
3.10	alpine3.22	17-20
3.10	alpine3.23	19-21
3.10	alpine3.24	20-21
3.10	bookworm	12-21
3.10	bullseye	0-18	0rc1,0rc2
3.10	buster	0-12	0a1,0a2,0a3,0a4,0a5,0a6,0a7,0b1,0b2,0b3,0b4,0rc1,0rc2
3.10	slim	0-21	0a1,0a2,0a3,0a4,0a5,0a6,0a7,0b1,0b2,0b3,0b4,0rc1,0rc2
3.10	slim-bookworm	12-21
3.10	slim-bullseye	0-18	0rc1,0rc2
3.10	slim-buster	0-12	0a1,0a2,0a3,0a4,0a5,0a6,0a7,0b1,0b2,0b3,0b4,0rc1,0rc2
3.10	slim-trixie	18-21
3.10	trixie	18-21
3.11	alpine	0-16	0a1,0a2,0a3,0a4,0a5,0a6,0a7,0b1,0b3,0b4,0b5,0rc1,0rc2
3.11	alpine3.14	-	0a1,0a2,0a4,0a5,0a6,0a7,0b1
3.11	alpine3.15	0-0	0a2,0a3,0a4,0a5,0a6,0a7,0b1,0b3,0b4,0b5,0rc1,0rc2
3.11	alpine3.16	0-3	0b1,0b3,0b4,0b5,0rc1,0rc2
3.11	alpine3.17	0-7
3.11	alpine3.18	3-9
3.11	alpine3.19	7-11
3.11	alpine3.20	9-12
3.11	alpine3.21	11-14
3.11	alpine3.22	12-15
3.11	alpine3.23	14-16
3.11	alpine3.24	15-16
3.11	bookworm	4-16
3.11	bullseye	0-13	0a1,0a2,0a3,0a4,0a5,0a6,0a7,0b1,0b3,0b4,0b5,0rc1,0rc2
3.11	buster	0-4	0a4,0a5,0a6,0a7,0b1,0b3,0b4,0b5,0rc1,0rc2
3.11	slim	0-16	0a1,0a2,0a3,0a4,0a5,0a6,0a7,0b1,0b3,0b4,0b5,0rc1,0rc2
3.11	slim-bookworm	4-16
3.11	slim-bullseye	0-13	0a1,0a2,0a3,0a4,0a5,0a6,0a7,0b1,0b3,0b4,0b5,0rc1,0rc2
3.11	slim-buster	0-4	0a4,0a5,0a6,0a7,0b1,0b3,0b4,0b5,0rc1,0rc2
3.11	slim-trixie	13-16
3.11	trixie	13-16
3.12	alpine	0-14	0a1,0a2,0a3,0a4,0a5,0a6,0a7,0b1,0b2,0b3,0b4,0rc1,0rc2,0rc3
3.12	alpine3.15	-	0a1,0a2
3.12	alpine3.16	-	0a1,0a2,0a3,0a4,0a5,0a6,0a7
3.12	alpine3.17	0-0	0a2,0a3,0a4,0a5,0a6,0a7,0b1,0b2,0b3,0b4,0rc1,0rc2,0rc3
3.12	alpine3.18	0-3	0a7,0b1,0b2,0b3,0b4,0rc1,0rc2,0rc3
3.12	alpine3.19	1-8
3.12	alpine3.20	3-10
3.12	alpine3.21	8-12
3.12	alpine3.22	10-13
3.12	alpine3.23	12-14
3.12	alpine3.24	13-14
3.12	bookworm	0-14	0b2,0b3,0b4,0rc1,0rc2,0rc3
3.12	bullseye	0-11	0a1,0a2,0a3,0a4,0a5,0a6,0a7,0b1,0b2,0b3,0b4,0rc1,0rc2,0rc3
3.12	buster	-	0a1,0a2,0a3,0a4,0a5,0a6,0a7,0b1,0b2
3.12	slim	0-14	0a1,0a2,0a3,0a4,0a5,0a6,0a7,0b1,0b2,0b3,0b4,0rc1,0rc2,0rc3
3.12	slim-bookworm	0-14	0b2,0b3,0b4,0rc1,0rc2,0rc3
3.12	slim-bullseye	0-11	0a1,0a2,0a3,0a4,0a5,0a6,0a7,0b1,0b2,0b3,0b4,0rc1,0rc2,0rc3
3.12	slim-buster	-	0a1,0a2,0a3,0a4,0a5,0a6,0a7,0b1,0b2
3.12	slim-trixie	11-14
3.12	trixie	11-14
3.13	alpine	0-15	0a1,0a2,0a3,0a4,0a5,0a6,0b1,0b2,0b3,0b4,0rc1,0rc2,0rc3
3.13	alpine3.17	-	0a1,0a2
3.13	alpine3.18	-	0a1,0a2,0a3,0a4,0a5,0a6,0b1
3.13	alpine3.19	0-1	0a2,0a3,0a4,0a5,0a6,0b1,0b2,0b3,0b4,0rc1,0rc2,0rc3
3.13	alpine3.20	0-3	0b1,0b2,0b3,0b4,0rc1,0rc2,0rc3
3.13	alpine3.21	1-10
3.13	alpine3.22	3-13
3.13	alpine3.23	10-15
3.13	alpine3.24	14-15
3.13	bookworm	0-15	0a1,0a2,0a3,0a4,0a5,0a6,0b1,0b2,0b3,0b4,0rc1,0rc2,0rc3
3.13	bullseye	0-6	0a1,0a2,0a3,0a4,0a5,0a6,0b1,0b2,0b3,0b4,0rc1,0rc2,0rc3
3.13	slim	0-15	0a1,0a2,0a3,0a4,0a5,0a6,0b1,0b2,0b3,0b4,0rc1,0rc2,0rc3
3.13	slim-bookworm	0-15	0a1,0a2,0a3,0a4,0a5,0a6,0b1,0b2,0b3,0b4,0rc1,0rc2,0rc3
3.13	slim-bullseye	0-6	0a1,0a2,0a3,0a4,0a5,0a6,0b1,0b2,0b3,0b4,0rc1,0rc2,0rc3
3.13	slim-trixie	6-15
3.13	trixie	6-15
3.14	alpine	0-7	0a1,0a2,0a3,0a4,0a5,0a6,0a7,0b1,0b2,0b3,0b4,0rc1,0rc2,0rc3
3.14	alpine3.19	-	0a1,0a2
3.14	alpine3.20	-	0a1,0a2,0a3,0a4,0a5,0a6,0a7,0b1,0b2
3.14	alpine3.21	0-1	0a2,0a3,0a4,0a5,0a6,0a7,0b1,0b2,0b3,0b4,0rc1,0rc2,0rc3
3.14	alpine3.22	0-5	0b2,0b3,0b4,0rc1,0rc2,0rc3
3.14	alpine3.23	1-7
3.14	alpine3.24	6-7
3.14	bookworm	0-7	0a1,0a2,0a3,0a4,0a5,0a6,0a7,0b1,0b2,0b3,0b4,0rc1,0rc2,0rc3
3.14	bullseye	-	0a1,0a2,0a3,0a4,0a5,0a6,0a7,0b1,0b2,0b3,0b4,0rc1
3.14	slim	0-7	0a1,0a2,0a3,0a4,0a5,0a6,0a7,0b1,0b2,0b3,0b4,0rc1,0rc2,0rc3
3.14	slim-bookworm	0-7	0a1,0a2,0a3,0a4,0a5,0a6,0a7,0b1,0b2,0b3,0b4,0rc1,0rc2,0rc3
3.14	slim-bullseye	-	0a1,0a2,0a3,0a4,0a5,0a6,0a7,0b1,0b2,0b3,0b4,0rc1
3.14	slim-trixie	0-7	0rc1,0rc2,0rc3
3.14	trixie	0-7	0rc1,0rc2,0rc3
3.15	alpine	-	0a1,0a2,0a3,0a5,0a6,0a7,0a8,0b1,0b2,0b3,0b4,0rc1
3.15	alpine3.21	-	0a1,0a2
3.15	alpine3.22	-	0a1,0a2,0a3,0a5,0a6,0a7,0a8,0b1,0b2
3.15	alpine3.23	-	0a2,0a3,0a5,0a6,0a7,0a8,0b1,0b2,0b3,0b4,0rc1
3.15	alpine3.24	-	0b2,0b3,0b4,0rc1
3.15	bookworm	-	0a1,0a2,0a3,0a5,0a6,0a7,0a8,0b1,0b2,0b3,0b4,0rc1
3.15	slim	-	0a1,0a2,0a3,0a5,0a6,0a7,0a8,0b1,0b2,0b3,0b4,0rc1
3.15	slim-bookworm	-	0a1,0a2,0a3,0a5,0a6,0a7,0a8,0b1,0b2,0b3,0b4,0rc1
3.15	slim-trixie	-	0a1,0a2,0a3,0a5,0a6,0a7,0a8,0b1,0b2,0b3,0b4,0rc1
3.15	trixie	-	0a1,0a2,0a3,0a5,0a6,0a7,0a8,0b1,0b2,0b3,0b4,0rc1
`;
