/* The least a hook can do. */
int
main(void)
{
	return 0;
}
