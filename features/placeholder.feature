# Keeps the embedding of *.feature valid until the first feature is written; remove this file then.
Feature: Placeholder
