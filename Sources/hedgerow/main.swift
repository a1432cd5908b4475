print("hedgerow")
